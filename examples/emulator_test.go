package examples_test

import (
	"os"
	"path/filepath"
	"testing"

	"offcut/engine/emulator"
)

// Each config of the KS3 server starts one, and fills it.
func TestEveryEmulatorConfigStarts(t *testing.T) {
	files, err := filepath.Glob("emulator/*.emulator.hcl")
	if err != nil || len(files) != 4 {
		t.Fatalf("found %q, %v; want 4 configs", files, err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			config, err := emulator.LoadConfig(name, text)
			if err != nil {
				t.Fatal(err)
			}
			server, err := emulator.Open(config.Options(emulator.Options{}))
			if err != nil {
				t.Fatal(err)
			}
			if err := config.Apply(t.Context(), server); err != nil {
				t.Error(err)
			}
			if err := server.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

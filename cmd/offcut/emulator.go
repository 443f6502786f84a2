package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newEmulatorCommand makes "offcut emulator".
func newEmulatorCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "emulator",
		Short: "Run the built-in KS3 server on its own",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.New("emulator is not built yet")
		},
	}
}

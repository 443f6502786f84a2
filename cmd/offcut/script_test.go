package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var updateScripts = flag.Bool("update-scripts", false, "rewrite the expected output inside testdata/script")

// TestMain makes the test binary run as offcut inside scripts, through the real
// main: its flags, environment, files, streams and exit code are the ones that a
// user has.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"offcut":        main,
		measuredCommand: measured,
	})
}

// measuredCommand is offcut that tells on stderr, at its end, how much memory it had
// resident at the most.
const measuredCommand = "offcut-measured"

func measured() {
	ctx, stop := context.WithCancel(context.Background())
	code := run(ctx, world{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, environ: os.Environ(),
	})
	stop()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmHWM:") {
			fmt.Fprint(os.Stderr, line)
		}
	}
	os.Exit(code)
}

// TestScripts runs testdata/script/*.txtar: rule files, commands and their exact
// output in one file each. A script's name begins with the command that it is
// about.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *updateScripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUpScript,
		Cmds:                scriptCommands(),
	})
}

// setUpScript gives a script an empty home and none of the credentials, proxies
// and settings of the machine that runs the tests.
func setUpScript(env *testscript.Env) error {
	env.Setenv("HOME", env.WorkDir+"/.home")
	env.Setenv("NO_COLOR", "")
	env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	setupStore(env)
	setupLedger(env)
	return os.Mkdir(env.WorkDir+"/.home", 0o755)
}

// scriptCommands are the commands that scripts have beside testscript's own. A
// file that adds some returns them from a function of its own, joined here.
func scriptCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	commands := storeCommands()
	commands["exits"] = exits
	maps.Copy(commands, ledgerCommands())
	commands["damage"] = damageCommand
	commands["unpack"] = unpackCommand
	return commands
}

// exits runs a command and checks its exit code: exits 3 offcut fmt -check.
// stdout and stderr hold its output afterwards; stdin is that of the script.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		code, err = failed.ExitCode(), nil
	}
	ts.Check(err)
	ts.Logf("exit code %d", code)
	if want := args[0]; want != strconv.Itoa(code) {
		ts.Fatalf("exit code %d, want %s", code, want)
	}
}

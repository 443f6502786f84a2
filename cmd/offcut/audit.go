package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine/ledger"
)

const auditHelp = `Every outcome in the ledger carries a hash of itself and of the outcome before it:
who aborted what, when, by which rule, and what the store answered. Whoever changes,
removes or reorders one breaks the chain. Whoever can write the ledger can also make
a new chain: note the head elsewhere (verify prints it) and compare with -head.`

const auditVerifyCodes = `    0  the chain is whole
    1  it is broken, or there is nothing to read`

// newAuditCommand makes "offcut audit" and what is below it.
func newAuditCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Check and export the chain of everything that was done",
		Long:  auditHelp,
		Example: `  offcut audit verify
  offcut audit export -out 2026-11.jsonl`,
		Args: noSubcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAuditVerifyCommand(a), newAuditExportCommand(a))
	return cmd
}

func newAuditVerifyCommand(a *app) *cobra.Command {
	var head string
	cmd := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Check the chain of the ledger, or of an export",
		Long: `Reads the whole chain and names every row that was changed, is missing or stands
in another place. FILE is a ledger or what "audit export" wrote; without it, the
ledger of the data directory is read. It only reads, and works beside an apply.`,
		Example: `  offcut audit verify
  offcut audit verify -head "$(cat noted-head.txt)"
  offcut audit verify 2026-11.jsonl`,
		Annotations: map[string]string{exitCodes: auditVerifyCodes},
		Args:        atMost(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := firstOr(args, "")
			if err != nil {
				return err
			}
			if file != "" && cmd.Flags().Changed("data-dir") {
				return errors.New("a FILE and -data-dir both say what to read: give one of them")
			}
			noted, err := parseHead(head, cmd.Flags().Changed("head"))
			if err != nil {
				return err
			}
			return a.auditVerify(cmd.Context(), file, noted)
		},
	}
	cmd.Flags().StringVar(&head, "head", "", "also compare with a head that was noted before, `NUMBER:HASH`")
	a.addJSONFlag(cmd, "write JSON lines")
	a.addChdirFlag(cmd)
	cmd.Flags().StringVar(&a.dataDir, "data-dir", ".offcut", "read the ledger in `DIR`")
	return cmd
}

func newAuditExportCommand(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the chain as JSON lines, to be checked without the ledger",
		Long: `Writes every outcome of the ledger as one JSON line, the oldest first, with its
hash and that of the one before it. "offcut audit verify FILE" checks it anywhere.`,
		Example: `  offcut audit export -out 2026-11.jsonl
  offcut audit export | gzip >2026-11.jsonl.gz`,
		Annotations: map[string]string{exitCodes: "    0  done\n    1  error; with -out, no file was written"},
		Args:        atMost(0, "argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("out") && out == "" {
				return errors.New("-out is empty: name a file, or leave it out for stdout")
			}
			return a.auditExport(cmd.Context(), out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write to `FILE`, which must not be there yet, instead of stdout")
	a.addChdirFlag(cmd)
	cmd.Flags().StringVar(&a.dataDir, "data-dir", ".offcut", "read the ledger in `DIR`")
	return cmd
}

// openForAudit opens the ledger of a data directory. That there is none is an error:
// a ledger that was removed must not pass for one in which nothing is wrong.
func openForAudit(ctx context.Context, dir string) (*ledger.Ledger, error) {
	l, err := ledger.OpenToVerify(ctx, dir)
	if errors.Is(err, ledger.ErrNone) {
		return nil, fmt.Errorf("there is no ledger in %s: nothing was applied from it, or the ledger was removed; -data-dir names another directory", view.Text(dir))
	}
	return l, err
}

func (a *app) auditVerify(ctx context.Context, file string, noted *chainHead) error {
	if err := a.announce("audit verify"); err != nil {
		return err
	}
	result, err := a.readChain(ctx, file, noted)
	if err != nil {
		return err
	}
	if a.json {
		err = view.AuditResultJSON(a.stdout, result)
	} else {
		err = view.AuditResult(a.stdout, result, a.viewOptions())
	}
	if err == nil && !result.Whole() {
		return silent(exitError)
	}
	return err
}

// readChain checks the chain of a ledger or of an export.
func (a *app) readChain(ctx context.Context, file string, noted *chainHead) (*view.Audit, error) {
	dir := a.path(a.dataDir)
	if file != "" {
		path := a.path(file)
		kind, err := chainKindOf(path)
		if err != nil {
			return nil, err
		}
		if kind == chainExport {
			return verifyExport(path, noted)
		}
		if dir = path; kind == chainLedger {
			dir = filepath.Dir(path)
		}
	}
	l, err := openForAudit(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer a.tidyUp("close the ledger", l.Close)
	chain, err := l.Verify(ctx)
	if err != nil {
		return nil, err
	}
	result := &view.Audit{What: filepath.Join(dir, ledger.FileName), Chain: chain}
	result.Head, err = noted.compare(&chain, func() (string, error) { return l.Hash(ctx, noted.number) })
	return result, err
}

// A chainKind is what a file with a chain is.
type chainKind int

const (
	chainExport chainKind = iota
	chainLedger
	chainDir // a data directory
)

// chainKindOf looks at what a file is.
func chainKindOf(path string) (chainKind, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fileError("read", path, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return chainDir, nil
	}
	begin := make([]byte, 16)
	n, err := io.ReadFull(f, begin)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return 0, fileError("read", path, err)
	}
	if !strings.HasPrefix(string(begin[:n]), "SQLite format 3") {
		return chainExport, nil
	}
	if filepath.Base(path) != ledger.FileName {
		return 0, fmt.Errorf("%s is a ledger under another name: put it into a directory of its own as %s and give that", view.Text(path), ledger.FileName)
	}
	return chainLedger, nil
}

func verifyExport(path string, noted *chainHead) (*view.Audit, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError("read", path, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	chain, err := ledger.VerifyExport(f)
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", view.Text(path), err)
	}
	result := &view.Audit{What: path, Chain: chain}
	result.Head, err = noted.compare(&chain, func() (string, error) { return hashInExport(path, noted.number) })
	return result, err
}

// auditExport writes the chain to stdout or to a file, which is there whole or not
// at all.
func (a *app) auditExport(ctx context.Context, out string) error {
	l, err := openForAudit(ctx, a.path(a.dataDir))
	if err != nil {
		return err
	}
	defer a.tidyUp("close the ledger", l.Close)
	if out == "" {
		_, err := l.Export(ctx, a.stdout)
		return err
	}
	path := a.path(out)
	var rows int64
	err = writeNew(path, func(w io.Writer) (err error) {
		rows, err = l.Export(ctx, w)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "Exported %s to %s.\n", view.CountOf(rows, "outcome"), view.Text(path))
	return err
}

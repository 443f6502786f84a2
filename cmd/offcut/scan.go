package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newScanCommand makes "offcut scan".
func newScanCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "scan [PATH]",
		Short: "Scan",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("scan is not built yet")
		},
	}
}

package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newDemoCommand makes "offcut demo".
func newDemoCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show the whole journey on a built-in KS3 server",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.New("demo is not built yet")
		},
	}
}

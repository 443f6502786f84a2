package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newApplyCommand makes "offcut apply".
func newApplyCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "apply [PATH]",
		Short: "Apply",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("apply is not built yet")
		},
	}
}

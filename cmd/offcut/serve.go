package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newServeCommand makes "offcut serve".
func newServeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "serve [PATH]",
		Short: "Run the rules on their schedules",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.New("serve is not built yet")
		},
	}
}

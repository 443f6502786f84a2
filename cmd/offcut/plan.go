package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newPlanCommand makes "offcut plan".
func newPlanCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "plan [PATH]",
		Short: "Plan",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("plan is not built yet")
		},
	}
}

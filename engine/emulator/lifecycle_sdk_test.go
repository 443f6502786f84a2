package emulator_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"offcut/engine/emulator"
)

func TestSDKPutsReadsAndDeletesALifecycle(t *testing.T) {
	for name, mode := range sdkModes() {
		t.Run(name, func(t *testing.T) {
			_, url := open(t, emulator.Options{})
			client, bucket := sdk(url, mode), aws.String("media")
			stale := types.LifecycleRule{
				ID: aws.String("stale"), Status: types.ExpirationStatusEnabled,
				Filter:                         &types.LifecycleRuleFilter{Prefix: aws.String("raw/")},
				AbortIncompleteMultipartUpload: &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(30)},
			}
			old := types.LifecycleRule{
				ID: aws.String("old"), Status: types.ExpirationStatusDisabled,
				Filter: &types.LifecycleRuleFilter{And: &types.LifecycleRuleAndOperator{
					Prefix: aws.String("a"), Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}},
				}},
				// The SDK writes this instant with a Z; it is midnight in Beijing.
				Expiration: &types.LifecycleExpiration{Date: aws.Time(time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC))},
			}
			put := func(rules ...types.LifecycleRule) error {
				_, err := client.PutBucketLifecycleConfiguration(t.Context(), &s3.PutBucketLifecycleConfigurationInput{
					Bucket: bucket, LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: rules},
				})
				return err
			}
			if err := put(stale, old); err != nil {
				t.Fatal(err)
			}
			out, err := client.GetBucketLifecycleConfiguration(t.Context(), &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket})
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Rules) != 2 || *out.Rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation != 30 ||
				*out.Rules[0].Filter.Prefix != "raw/" || !out.Rules[1].Expiration.Date.Equal(*old.Expiration.Date) {
				t.Errorf("%+v", out.Rules)
			}
			var refused smithy.APIError
			if err := put(stale, stale); !errors.As(err, &refused) || refused.ErrorCode() != "InvalidArgument" || !strings.Contains(err.Error(), "stale") {
				t.Errorf("two rules of one ID: %v", err)
			}
			if _, err := client.DeleteBucketLifecycle(t.Context(), &s3.DeleteBucketLifecycleInput{Bucket: bucket}); err != nil {
				t.Error(err)
			}
			_, err = client.GetBucketLifecycleConfiguration(t.Context(), &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket})
			if !errors.As(err, &refused) || refused.ErrorCode() != "NoSuchLifecycleConfiguration" {
				t.Errorf("after it was deleted: %v", err)
			}
		})
	}
}

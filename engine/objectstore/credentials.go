package objectstore

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
)

// A keyring gives credentials: fixed ones, or those of the AWS chain, which may
// ask a service and renew them.
type keyring struct {
	fixed *Credentials
	chain aws.CredentialsProvider

	mu   sync.Mutex
	last Credentials // what the chain gave last
}

// get returns what to sign with now.
func (k *keyring) get(ctx context.Context) (Credentials, error) {
	if k.fixed != nil {
		return *k.fixed, nil
	}
	got, err := k.chain.Retrieve(ctx)
	if err != nil {
		return Credentials{}, fmt.Errorf("find AWS credentials: %w: "+
			"set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is given", err)
	}
	c := Credentials{got.AccessKeyID, got.SecretAccessKey, got.SessionToken, "AWS chain (" + got.Source + ")"}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last = c
	return c, nil
}

// describe tells the access key id and where it comes from.
func (k *keyring) describe() (id, source string) {
	if k.fixed != nil {
		return k.fixed.AccessKeyID, k.fixed.Source
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last.AccessKeyID == "" {
		return "", "AWS chain (not asked yet)"
	}
	return k.last.AccessKeyID, k.last.Source
}

// secret is the secret key that was given last.
func (k *keyring) secret() string {
	if k.fixed != nil {
		return k.fixed.SecretAccessKey
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.last.SecretAccessKey
}

// envPair reads a key pair from two variables. Neither set is nil; one without
// the other is an error.
func envPair(getenv func(string) string, idName, secretName, tokenName string) (*Credentials, error) {
	id, secret := getenv(idName), getenv(secretName)
	switch {
	case id == "" && secret == "":
		return nil, nil
	case id == "":
		return nil, fmt.Errorf("%s is set and %s is not: set both, or neither", secretName, idName)
	case secret == "":
		return nil, fmt.Errorf("%s is set and %s is not: set both, or neither", idName, secretName)
	}
	return &Credentials{id, secret, getenv(tokenName), "environment (" + idName + ")"}, nil
}

// A utilConfig is what ks3util keeps in ~/.ks3utilconfig.
type utilConfig struct{ id, secret, endpoint string }

// ks3Credentials looks in the environment, then in ks3util's file.
func ks3Credentials(s Settings, file utilConfig) (*Credentials, error) {
	for _, names := range [...][2]string{
		{"KS3_ACCESS_KEY_ID", "KS3_ACCESS_KEY_SECRET"},
		{"KS3_ACCESS_KEY", "KS3_SECRET_KEY"},
	} {
		found, err := envPair(s.Getenv, names[0], names[1], "KS3_SECURITY_TOKEN")
		if found != nil || err != nil {
			return found, err
		}
	}
	switch {
	case file.id != "" && file.secret != "":
		return &Credentials{AccessKeyID: file.id, SecretAccessKey: file.secret, Source: "~/" + utilConfigName}, nil
	case file.id != "" || file.secret != "":
		return nil, errors.New("~/" + utilConfigName + " has only one of accessKeyID and accessKeySecret: give both")
	}
	return nil, errors.New("no credentials for KS3: set KS3_ACCESS_KEY_ID and KS3_ACCESS_KEY_SECRET " +
		"(and KS3_SECURITY_TOKEN with temporary keys), or keep accessKeyID and accessKeySecret under [Credentials] in ~/" + utilConfigName)
}

const utilConfigName = ".ks3utilconfig"

// readUtilConfig reads ks3util's file. A file that is not there is an empty one.
func readUtilConfig(home string) (utilConfig, error) {
	var c utilConfig
	if home == "" {
		return c, nil
	}
	f, err := os.Open(filepath.Join(home, utilConfigName))
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("read ks3util's settings: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read

	section := ""
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			section = strings.ToLower(strings.Trim(line, "[] \t"))
			continue
		}
		name, value, found := strings.Cut(line, "=")
		if !found || section != "credentials" || line[0] == '#' || line[0] == ';' {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "accesskeyid":
			c.id = value
		case "accesskeysecret":
			c.secret = value
		case "endpoint":
			c.endpoint = value
		}
	}
	return c, nil
}

// s3Keys finds credentials and a region for S3: the environment first, then the
// AWS chain (files, SSO, roles). The chain is only asked now where that needs no
// request.
func s3Keys(ctx context.Context, s Settings) (*keyring, string, error) {
	region := cmp.Or(s.Getenv("AWS_REGION"), s.Getenv("AWS_DEFAULT_REGION"))
	found := s.Credentials
	if found == nil {
		var err error
		if found, err = envPair(s.Getenv, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"); err != nil {
			return nil, "", err
		}
	}
	if found != nil {
		return &keyring{fixed: found}, region, nil
	}
	// What fails comes as an error; the SDK's own lines on stderr would be noise.
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{}))
	if err != nil {
		return nil, "", fmt.Errorf("read the AWS settings: %w", err)
	}
	k := &keyring{chain: cfg.Credentials}
	if onFile(cfg) {
		if _, err := k.get(ctx); err != nil {
			return nil, "", err
		}
	}
	return k, cmp.Or(region, cfg.Region), nil
}

// onFile reports whether the chain will answer from a key pair in a file.
func onFile(cfg aws.Config) bool {
	for _, source := range cfg.ConfigSources {
		if shared, ok := source.(config.SharedConfig); ok {
			return shared.Credentials.HasKeys() && shared.RoleARN == "" && shared.CredentialProcess == ""
		}
	}
	return false
}

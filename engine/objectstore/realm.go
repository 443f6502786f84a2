package objectstore

import (
	"cmp"
	"fmt"
	"strings"

	"offcut/engine/ks3"
	"offcut/rules"
)

// Realm names the namespace of bucket names that a provider block leads to. Two
// blocks of one realm that name the same bucket mean the same bucket, whatever
// their regions, internal hosts or credentials: on KS3 and on AWS a bucket's name
// is unique. It needs no credentials and sends nothing.
func Realm(p rules.Provider, s Settings) (string, error) {
	host, err := realmHost(p, s)
	if err != nil {
		return "", fmt.Errorf("open provider %s: %w", p.Address, err)
	}
	name := hostname(host)
	switch {
	case strings.HasSuffix(name, ".amazonaws.com.cn"):
		return "aws-cn", nil
	case strings.HasSuffix(name, ".amazonaws.com"):
		return "aws", nil
	}
	if _, _, ok := ks3.RegionOfHost(name); ok {
		return "ks3", nil
	}
	return host, nil
}

// realmHost is the host of a provider's endpoint, with its port.
func realmHost(p rules.Provider, s Settings) (string, error) {
	if p.Kind == "ks3" {
		file, err := readUtilConfig(s.HomeDir)
		if err != nil {
			return "", err
		}
		where, err := ks3Endpoint(p, s, file)
		if err != nil {
			return "", err
		}
		return where.home.host, nil
	}
	// Without an endpoint it is AWS, and every region of a partition is one realm.
	region := cmp.Or(p.Region, s.Getenv("AWS_REGION"), s.Getenv("AWS_DEFAULT_REGION"))
	home, err := s3Endpoint(p, s, region)
	return home.host, err
}

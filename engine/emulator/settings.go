package emulator

import "bytes"

// Settings of a bucket are texts, each in a row of its own: the rows of a bucket
// itself are read with every request, and a lifecycle may be long.
const (
	settingPolicy    = "policy"
	settingLifecycle = "lifecycle"
)

// settingKey is the row of a bucket's setting.
func settingKey(bucket, name string) []byte {
	return append(appendScope(nil, bucket), name...)
}

// S3's codes for a bucket's policy; KS3's pages name none.
const (
	codeNoSuchBucketPolicy = "NoSuchBucketPolicy"
	codeMalformedPolicy    = "MalformedPolicy"
)

// setting reads a setting of the call's bucket; nil where there is none.
func (c *call) setting(name string) (text []byte, err error) {
	err = c.view(func(t tables) error {
		text = bytes.Clone(t.settings.Get(settingKey(c.bucket, name)))
		return nil
	})
	return text, err
}

// changeSetting stores a setting of the call's bucket, or removes it where text is
// nil, and answers with status.
func (c *call) changeSetting(name string, text []byte, status int) error {
	err := c.change(func(t tables) error {
		if text == nil {
			return t.settings.Delete(settingKey(c.bucket, name))
		}
		return t.settings.Put(settingKey(c.bucket, name), text)
	})
	if err != nil {
		return err
	}
	return c.empty(status)
}

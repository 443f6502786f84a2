package planfile

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"offcut/engine"
	"offcut/rules"
)

// A line is every line but the first: one item, or the summary, which is the last.
type line struct {
	item
	Summary *summary `json:"summary,omitempty"`
}

// An item is one upload to abort.
type item struct {
	Provider     string       `json:"provider,omitempty"`
	Bucket       string       `json:"bucket,omitempty"`
	Rule         string       `json:"rule,omitempty"`
	Reason       rules.Reason `json:"reason,omitempty"`
	StorageClass string       `json:"storage_class,omitempty"`
	Owner        string       `json:"owner,omitempty"`
	Initiator    string       `json:"initiator,omitempty"`
	Key          string       `json:"key,omitempty"`
	ID           string       `json:"upload_id,omitempty"`
	Fingerprint  string       `json:"fingerprint,omitempty"`
	Initiated    time.Time    `json:"initiated,omitzero"`
	Newest       time.Time    `json:"newest_part,omitzero"`
	Parts        int          `json:"parts,omitempty"`
	Bytes        int64        `json:"bytes,omitempty"`

	// Raw holds the texts above that are not valid UTF-8, by name.
	Raw map[string][]byte `json:"raw,omitempty"`
}

// texts are the members that came from a store, by name.
func (i *item) texts() map[string]*string {
	return map[string]*string{
		"bucket": &i.Bucket, "storage_class": &i.StorageClass, "owner": &i.Owner, "initiator": &i.Initiator,
		"key": &i.Key, "upload_id": &i.ID, "fingerprint": &i.Fingerprint,
	}
}

// itemOf is an item as a line. An item that no plan may hold is refused, as the line
// has no place for what is wrong with it.
func itemOf(it *engine.Item) (item, error) {
	u, p := &it.Upload, &it.Parts
	if u.KeyUnproven || p.TimeUnknown || p.Unreadable || p.Foreign {
		return item{}, fmt.Errorf("upload %q of key %q in bucket %q must not be in a plan: its key or parts are not known", u.ID, u.Key, u.Bucket)
	}
	i := item{
		Provider: u.Provider, Bucket: u.Bucket, Rule: it.Rule, Reason: it.Reason,
		StorageClass: u.StorageClass, Owner: u.Owner, Initiator: u.Initiator, Key: u.Key, ID: u.ID,
		Fingerprint: p.Fingerprint, Initiated: u.Initiated.UTC(), Newest: p.Newest.UTC(), Parts: p.Count, Bytes: p.Bytes,
	}
	if i.valid() {
		return i, nil
	}
	i.Raw = map[string][]byte{}
	for name, text := range i.texts() {
		if !utf8.ValidString(*text) {
			i.Raw[name], *text = []byte(*text), ""
		}
	}
	return i, nil
}

func (i *item) valid() bool {
	return utf8.ValidString(i.Key) && utf8.ValidString(i.ID) && utf8.ValidString(i.Owner) && utf8.ValidString(i.Initiator) &&
		utf8.ValidString(i.Bucket) && utf8.ValidString(i.StorageClass) && utf8.ValidString(i.Fingerprint)
}

// engine is the item of a plan. Its ages follow from the plan.
func (i *item) engine() (engine.Item, error) {
	for name, bytes := range i.Raw {
		text := i.texts()[name]
		if text == nil || *text != "" || utf8.Valid(bytes) {
			return engine.Item{}, fmt.Errorf("its raw %q is not what it may be", name)
		}
		*text = string(bytes)
	}
	if i.Parts < 0 {
		return engine.Item{}, errors.New("it has less than no parts")
	}
	return engine.Item{
		Upload: rules.Upload{
			Provider: i.Provider, Bucket: i.Bucket, Key: i.Key, ID: i.ID, Initiated: i.Initiated,
			StorageClass: i.StorageClass, Owner: i.Owner, Initiator: i.Initiator,
		},
		Parts:  rules.Parts{Count: i.Parts, Bytes: i.Bytes, Newest: i.Newest, Fingerprint: i.Fingerprint},
		Reason: i.Reason, Rule: i.Rule,
	}, nil
}

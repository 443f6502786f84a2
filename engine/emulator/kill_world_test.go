package emulator

import (
	"crypto/md5" // An ETag is an MD5.
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A world is what a client knows of its own share of the bucket.
type world struct {
	Uploads map[string]killUpload // by id
	Objects map[string]string     // MD5 of the bytes, by path
	Marks   map[string]string     // what a setting was last set to, by the setting's path and query
}

// A killUpload is an open upload. Its id is unknownID until somebody has heard of it.
type killUpload struct {
	Path  string
	Parts map[int]string // MD5 by number
}

const unknownID = "?"

func newWorld() world {
	return world{map[string]killUpload{}, map[string]string{}, map[string]string{}}
}

// with is a world in which one thing is different.
func (w world) with(alter func(world)) world {
	next := world{map[string]killUpload{}, maps.Clone(w.Objects), maps.Clone(w.Marks)}
	for id, u := range w.Uploads {
		next.Uploads[id] = killUpload{u.Path, maps.Clone(u.Parts)}
	}
	alter(next)
	return next
}

// A killWorker is one client. It has one request under way at a time, so that a
// kill leaves at most one thing in doubt.
type killWorker struct {
	prefix  string
	rand    *rand.Rand
	now     world
	maybe   *world            // how things are if the unanswered request was carried out
	bodies  map[string][]byte // what was sent as parts and objects, by MD5
	serial  int
	settles bool // it also sets what the whole bucket has
	done    map[string]int
}

// A killStep is a request and the world that it makes.
type killStep struct {
	name, method, path, query string
	body                      []byte
	header                    []string
	next                      world
}

func (w *killWorker) path() string { return fmt.Sprintf("/%s%d", w.prefix, w.rand.IntN(3)) }

// content makes bytes that were never sent before.
func (w *killWorker) content(size int) (body []byte, sum string) {
	w.serial++
	unique := fmt.Sprintf("%s %d, ", w.prefix, w.serial)
	body = []byte(strings.Repeat(unique, 1+size/len(unique)))
	raw := md5.Sum(body)
	sum = hex.EncodeToString(raw[:])
	w.bodies[sum] = body
	return body, sum
}

// step chooses what to ask next.
func (w *killWorker) step() killStep {
	ids := slices.Sorted(maps.Keys(w.now.Uploads))
	objects := slices.Sorted(maps.Keys(w.now.Objects))
	if n := w.rand.IntN(10); n < 6 && len(ids) > 0 {
		return w.stepOfUpload(ids[w.rand.IntN(len(ids))], n)
	} else if n < 9 && len(objects) > 0 {
		return w.stepOfObject(objects[w.rand.IntN(len(objects))])
	}
	path := w.path()
	if w.rand.IntN(2) == 0 {
		return w.putObject(path)
	}
	return killStep{
		name: "initiate", method: "POST", path: path, query: "uploads",
		next: w.now.with(func(x world) { x.Uploads[unknownID] = killUpload{path, map[int]string{}} }),
	}
}

func (w *killWorker) stepOfUpload(id string, n int) killStep {
	u := w.now.Uploads[id]
	s := killStep{path: u.Path, query: "uploadId=" + id}
	_, begun := u.Parts[1]
	switch {
	case n == 0:
		s.name, s.method = "abort", "DELETE"
		s.next = w.now.with(func(x world) { delete(x.Uploads, id) })
	case n < 3 && begun:
		var sums []string
		for number := 1; u.Parts[number] != ""; number++ {
			sums = append(sums, u.Parts[number])
		}
		s.name, s.method, s.body = "complete", "POST", []byte(completeBody(1, sums...))
		s.next = w.now.with(func(x world) {
			delete(x.Uploads, id)
			x.Objects[u.Path] = w.join(sums)
			delete(x.Marks, u.Path+"?tagging")
		})
	default:
		number := 1 + w.rand.IntN(3)
		var sum string
		s.name, s.method, s.query = "part", "PUT", fmt.Sprintf("partNumber=%d&%s", number, s.query)
		s.body, sum = w.content(minPartSize)
		if u.Parts[number] != "" {
			s.name = "part again"
		}
		s.next = w.now.with(func(x world) { x.Uploads[id].Parts[number] = sum })
	}
	return s
}

// join is the MD5 of an object that is made of parts.
func (w *killWorker) join(sums []string) string {
	whole := md5.New()
	for _, sum := range sums {
		whole.Write(w.bodies[sum])
	}
	return hex.EncodeToString(whole.Sum(nil))
}

func (w *killWorker) putObject(path string) killStep {
	body, sum := w.content(w.rand.IntN(50_000))
	return killStep{name: "put object", method: "PUT", path: path, body: body, next: w.now.with(func(x world) {
		x.Objects[path] = sum
		delete(x.Marks, path+"?tagging")
	})}
}

func (w *killWorker) stepOfObject(path string) killStep {
	s := killStep{path: path}
	switch w.rand.IntN(6) {
	case 0:
		return w.putObject(path)
	case 1:
		s.name, s.method = "delete object", "DELETE"
		s.next = w.now.with(func(x world) {
			delete(x.Objects, path)
			delete(x.Marks, path+"?tagging")
		})
	case 2:
		from := path
		s.name, s.method, s.path = "copy", "PUT", "/"+w.prefix+"copy"
		// The directive lets an object be copied onto itself.
		s.header = []string{"X-Kss-Copy-Source: /my-bucket" + from, "X-Kss-Metadata-Directive: REPLACE"}
		s.next = w.now.with(func(x world) {
			x.Objects[s.path] = x.Objects[from]
			tag, tagged := x.Marks[from+"?tagging"]
			delete(x.Marks, s.path+"?tagging")
			if tagged {
				x.Marks[s.path+"?tagging"] = tag
			}
		})
	case 3, 4:
		return w.set("tagging", path, "<Tagging><TagSet><Tag><Key>k</Key><Value>%s</Value></Tag></TagSet></Tagging>")
	default:
		return w.stepOfBucket()
	}
	return s
}

// stepOfBucket sets or deletes what the bucket has only once.
func (w *killWorker) stepOfBucket() killStep {
	switch {
	case !w.settles:
		return w.putObject(w.path())
	case w.rand.IntN(2) == 0:
		return w.set("lifecycle", "/", `<LifecycleConfiguration><Rule><ID>%s</ID><Filter><Prefix>none/</Prefix></Filter>`+
			`<Status>Enabled</Status><Expiration><Days>3000</Days></Expiration></Rule></LifecycleConfiguration>`)
	default:
		return w.set("policy", "/", `{"Version":"2015-11-01","Statement":[{"Sid":"%s","Effect":"Allow","Principal":{"KSC":["krn:ksc:iam::99:root"]},`+
			`"Action":["ks3:GetObject"],"Resource":["krn:ksc:ks3:::my-bucket/none/*"]}]}`)
	}
}

func (w *killWorker) set(name, path, format string) killStep {
	s := killStep{name: "put " + name, method: "PUT", path: path, query: name}
	if w.rand.IntN(4) == 0 {
		s.name, s.method = "delete "+name, "DELETE"
		s.next = w.now.with(func(x world) { delete(x.Marks, path+"?"+name) })
		return s
	}
	w.serial++
	mark := fmt.Sprintf("mark%d", w.serial)
	s.body = fmt.Appendf(nil, format, mark)
	s.next = w.now.with(func(x world) { x.Marks[path+"?"+name] = mark })
	return s
}

// observe asks a server for a worker's share of the bucket.
func (w *killWorker) observe(t *testing.T, s *Server) world {
	t.Helper()
	seen := newWorld()
	var uploads struct {
		Upload []struct{ Key, UploadID string }
	}
	text := signed(t, s, "GET /?uploads&prefix="+w.prefix, bucketHost, "").Body.String()
	if err := xml.Unmarshal([]byte(strings.ReplaceAll(text, "UploadId", "UploadID")), &uploads); err != nil {
		t.Fatal(err, text)
	}
	for _, u := range uploads.Upload {
		seen.Uploads[u.UploadID] = killUpload{"/" + u.Key, observeParts(t, s, u.Key, u.UploadID)}
	}
	for _, path := range []string{"/" + w.prefix + "0", "/" + w.prefix + "1", "/" + w.prefix + "2", "/" + w.prefix + "copy"} {
		if a := signed(t, s, "GET "+path, bucketHost, ""); a.Code == 200 {
			sum := md5.Sum(a.Body.Bytes())
			seen.Objects[path] = hex.EncodeToString(sum[:])
			w.observeMark(t, s, seen, path+"?tagging")
		}
	}
	if w.settles {
		w.observeMark(t, s, seen, "/?lifecycle")
		w.observeMark(t, s, seen, "/?policy")
	}
	return seen
}

func (w *killWorker) observeMark(t *testing.T, s *Server, seen world, target string) {
	t.Helper()
	a := signed(t, s, "GET "+target, bucketHost, "")
	if mark := regexp.MustCompile(`mark[0-9]+`).FindString(a.Body.String()); a.Code == 200 && mark != "" {
		seen.Marks[target] = mark
	}
}

func observeParts(t *testing.T, s *Server, key, id string) map[int]string {
	t.Helper()
	var list struct {
		Part []struct {
			PartNumber int
			ETag       string
		}
	}
	text := signed(t, s, "GET /"+key+"?uploadId="+id, bucketHost, "").Body.Bytes()
	if err := xml.Unmarshal(text, &list); err != nil {
		t.Fatal(err, string(text))
	}
	parts := map[int]string{}
	for _, p := range list.Part {
		parts[p.PartNumber] = strings.Trim(p.ETag, `"`)
	}
	return parts
}

// check compares what a server has with what this worker was told, and takes
// over what was in doubt.
func (w *killWorker) check(t *testing.T, s *Server) {
	t.Helper()
	seen := w.observe(t, s)
	if w.maybe != nil {
		w.learn(w.maybe.Uploads, seen.Uploads)
	}
	switch {
	case reflect.DeepEqual(seen, w.now):
	case w.maybe != nil && reflect.DeepEqual(seen, *w.maybe):
	default:
		t.Errorf("%s: the server has\n%+v\nand acknowledged\n%+v\nin doubt\n%+v", w.prefix, seen, w.now, w.maybe)
	}
	w.now, w.maybe = seen, nil
}

// learn gives the upload whose Initiate was not answered its id.
func (w *killWorker) learn(maybe, seen map[string]killUpload) {
	u, doubtful := maybe[unknownID]
	for id := range seen {
		if _, known := w.now.Uploads[id]; doubtful && !known {
			delete(maybe, unknownID)
			maybe[id] = u
			return
		}
	}
}

package main

import "net/http"

// logged serves the admin port and tells of every call when it is answered: who
// reads the log of a drill must see when the server was told to misbehave.
func logged(admin http.Handler, tell func(method, path string, status int)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		admin.ServeHTTP(answer, r)
		if tell != nil {
			tell(r.Method, r.URL.Path, answer.status)
		}
	})
}

// A statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the handler set deadlines.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

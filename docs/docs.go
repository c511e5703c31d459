// Package docs holds what the node serves about its own API: the OpenAPI document
// that `make proto` generates from the .proto files, and a page to read it with.
// Nothing of ours may be imported into it.
package docs

import (
	"embed"
	"io/fs"
	"net/http"

	"github.com/gorilla/mux"
)

//go:embed static
var static embed.FS

// Register serves the page at /openapi/ and the document at /openapi/openapi.json.
// /swagger/, where clients of other Cosmos chains look, leads there.
func Register(router *mux.Router) {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is embedded: it cannot be missing
	}
	page := http.StripPrefix("/openapi/", http.FileServerFS(files))
	router.PathPrefix("/openapi/").Handler(page)
	for _, from := range []string{"/openapi", "/swagger", "/swagger/"} {
		router.Handle(from, http.RedirectHandler("/openapi/", http.StatusFound))
	}
}

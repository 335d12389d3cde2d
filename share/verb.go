package share

import "net/http"

// Verb is what somebody wants with a shared folder. The zero value is nothing.
type Verb int

// The verbs. Each is asked for by itself: who may Add need not be able to Read.
const (
	None   Verb = iota
	See         // that the folder is there
	Read        // list it and read its files
	Add         // put new files and folders into it
	Change      // replace, rename and remove
)

// Route is one request that a Server answers.
type Route struct {
	Method  string
	Pattern string // of http.ServeMux; {folder} is the shared folder
	Verb    Verb   // the least that it needs
}

// Routes lists all requests that a Server answers.
func Routes() []Route {
	list := make([]Route, len(routes))
	for i, r := range routes {
		list[i] = r.Route
	}
	return list
}

// handler answers a request for a folder, or returns why not.
type handler func(*Server, *folder, http.ResponseWriter, *http.Request) error

// routes is the whole of the server's surface.
var routes = []struct {
	Route
	serve handler
}{
	{Route{"GET", "/v1/list/{folder}/{path...}", Read}, (*Server).list},
	{Route{"GET", "/v1/files/{folder}/{path...}", Read}, (*Server).content},
	{Route{"POST", "/v1/get/{folder}", Read}, (*Server).get},
	{Route{"POST", "/v1/index/{folder}", Read}, (*Server).index},
	{Route{"POST", "/v1/contents/{folder}", Read}, (*Server).contents},
	{Route{"POST", "/v1/verify/{folder}", Read}, (*Server).verify},
	{Route{"POST", "/v1/put/{folder}/{path...}", Add}, (*Server).put},
	{Route{"DELETE", "/v1/parts/{folder}", Add}, (*Server).abandon},
	{Route{"POST", "/v1/mkdir/{folder}/{path...}", Add}, (*Server).mkdir},
	{Route{"POST", "/v1/move/{folder}", Change}, (*Server).move},
	{Route{"POST", "/v1/copy/{folder}", Add}, (*Server).copy},
	{Route{"POST", "/v1/touch/{folder}", Change}, (*Server).touch},
	{Route{"DELETE", "/v1/files/{folder}/{path...}", Change}, (*Server).remove},
	{Route{"GET", "/v1/bin/{folder}", Change}, (*Server).bin},
	{Route{"POST", "/v1/bin/{folder}/restore", Change}, (*Server).restore},
	{Route{"DELETE", "/v1/bin/{folder}", Change}, (*Server).empty},
}

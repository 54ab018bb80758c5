package item

import (
	"fmt"
	"log"
	"net"
	"net/http"
)

// Serve listens on a free port of 127.0.0.1, prints it, and serves until the process ends.
func Serve(handler http.Handler) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, handler))
}

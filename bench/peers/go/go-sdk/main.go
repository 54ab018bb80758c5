// The server of the official Go SDK in the benchmark: go-sdk <session | stateless | sse>.
package main

import (
	"context"
	"net/http"
	"os"

	"bench/item"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func main() {
	s := mcp.NewServer(&mcp.Implementation{Name: "bench", Version: "1.0.0"}, nil)
	mcp.AddTool(s, &mcp.Tool{Name: "echo", Description: "Says it back"},
		func(_ context.Context, _ *mcp.CallToolRequest, input item.Echo) (*mcp.CallToolResult, any, error) {
			return text(input.Message), nil, nil
		})
	for n := range item.Tools {
		mcp.AddTool(s, &mcp.Tool{Name: item.Name(n), Description: item.Description(n)},
			func(_ context.Context, _ *mcp.CallToolRequest, input item.Input) (*mcp.CallToolResult, any, error) {
				return text(input.Title), nil, nil
			})
	}
	one := func(*http.Request) *mcp.Server { return s }
	if os.Args[1] == "sse" {
		item.Serve(mcp.NewSSEHandler(one, nil))
	} else {
		item.Serve(mcp.NewStreamableHTTPHandler(one, &mcp.StreamableHTTPOptions{Stateless: os.Args[1] == "stateless"}))
	}
}

func text(said string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: said}}}
}

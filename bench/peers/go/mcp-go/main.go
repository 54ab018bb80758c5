// The server of mark3labs/mcp-go in the benchmark: mcp-go <session | stateless | sse>.
package main

import (
	"context"
	"os"

	"bench/item"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func main() {
	s := server.NewMCPServer("bench", "1.0.0", server.WithToolCapabilities(false))
	s.AddTool(
		mcp.NewTool("echo",
			mcp.WithDescription("Says it back"),
			mcp.WithString("message", mcp.Required(), mcp.Description("What to say back"))),
		mcp.NewTypedToolHandler(func(_ context.Context, _ mcp.CallToolRequest, input item.Echo) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText(input.Message), nil
		}))
	for n := range item.Tools {
		s.AddTool(
			mcp.NewTool(item.Name(n),
				mcp.WithDescription(item.Description(n)),
				mcp.WithString("title", mcp.Required(), mcp.MinLength(1), mcp.MaxLength(200), mcp.Description("What the item is called")),
				mcp.WithInteger("quantity", mcp.Required(), mcp.Min(0), mcp.Description("How many there are")),
				mcp.WithNumber("price", mcp.Required(), mcp.Min(0), mcp.Description("Price of one, in euros")),
				mcp.WithString("category", mcp.Required(), mcp.Enum("tools", "toys", "books"), mcp.Description("Where it is found")),
				mcp.WithBoolean("inStock", mcp.Description("Whether it can be sent today"))),
			mcp.NewTypedToolHandler(func(_ context.Context, _ mcp.CallToolRequest, input item.Input) (*mcp.CallToolResult, error) {
				return mcp.NewToolResultText(input.Title), nil
			}))
	}
	if os.Args[1] == "sse" {
		item.Serve(server.NewSSEServer(s))
	} else {
		item.Serve(server.NewStreamableHTTPServer(s, server.WithStateLess(os.Args[1] == "stateless")))
	}
}

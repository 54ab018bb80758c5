"""The server of FastMCP in the benchmark, on uvloop: server.py <session | stateless | sse>."""

import socket
import sys
from typing import Annotated, Literal

import uvicorn
from fastmcp import FastMCP
from pydantic import Field

TOOLS = 50
way = sys.argv[1]
server = FastMCP("bench", version="1.0.0")


@server.tool(description="Says it back", output_schema=None)
async def echo(message: Annotated[str, Field(description="What to say back")]) -> str:
    return message


async def item(
    title: Annotated[str, Field(min_length=1, max_length=200, description="What the item is called")],
    quantity: Annotated[int, Field(ge=0, description="How many there are")],
    price: Annotated[float, Field(ge=0, description="Price of one, in euros")],
    category: Annotated[Literal["tools", "toys", "books"], Field(description="Where it is found")],
    inStock: Annotated[bool | None, Field(description="Whether it can be sent today")] = None,
) -> str:
    return title


for n in range(TOOLS):
    server.tool(
        item,
        name=f"item_tool_{n}",
        description=f"Looks after the items of shelf {n}: counts, prices and sorts them.",
        output_schema=None,
    )

if way == "sse":
    app = server.http_app(transport="sse", path="/sse")
else:
    app = server.http_app(transport="http", path="/mcp", stateless_http=way == "stateless")

listener = socket.create_server(("127.0.0.1", 0), backlog=511)
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, loop="uvloop", log_level="error", access_log=False)
uvicorn.Server(config).run(sockets=[listener])

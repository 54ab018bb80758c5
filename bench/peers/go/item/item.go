// Package item has what both servers of the benchmark say of their tools.
package item

import "fmt"

// Tools is how many tools each server has beside echo.
const Tools = 50

// Input is the input of every tool beside echo.
type Input struct {
	Title    string  `json:"title" jsonschema:"What the item is called"`
	Quantity int     `json:"quantity" jsonschema:"How many there are"`
	Price    float64 `json:"price" jsonschema:"Price of one, in euros"`
	Category string  `json:"category" jsonschema:"Where it is found"`
	InStock  bool    `json:"inStock,omitempty" jsonschema:"Whether it can be sent today"`
}

// Echo is the input of echo.
type Echo struct {
	Message string `json:"message" jsonschema:"What to say back"`
}

// Name of the n-th tool.
func Name(n int) string { return fmt.Sprintf("item_tool_%d", n) }

// Description of the n-th tool.
func Description(n int) string {
	return fmt.Sprintf("Looks after the items of shelf %d: counts, prices and sorts them.", n)
}

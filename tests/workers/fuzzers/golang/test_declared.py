"""What a file of Go declares is read as gofmt writes it."""

from __future__ import annotations

from workers.fuzzers.golang.declared import declared, named

SOURCE = """package sizes

import "io"

type Unit string

type Options struct {
	Unit, Name string `json:"unit"`
	Base int // of digits
	hidden bool
}

// Parse reads a size.
// It panics for none.
func Parse(text string, options Options) (size int, err error) {
	if text == "}" {
		return 0, nil
	}
	return 1, nil
}

func (o *Options) Read(
	from io.Reader,
	most, least int,
) error {
	return nil
}

func Sum[T int | float64](all ...T) T { return all[0] }
"""


def test_functions_have_what_they_take_and_give() -> None:
    parse, read, total = declared(SOURCE).functions
    assert (parse.symbol, parse.start_line, parse.end_line) == ("Parse", 15, 20)
    assert parse.takes == (("text", "string"), ("options", "Options"))
    assert parse.gives == ("int", "error")
    assert parse.told == "Parse reads a size. It panics for none."
    assert (read.symbol, read.receiver, read.gives) == ("Options.Read", "*Options", ("error",))
    assert read.takes == (("from", "io.Reader"), ("most", "int"), ("least", "int"))
    assert total.generic == (("T", "int | float64"),)
    assert total.takes == (("all", "...T"),)
    assert total.gives == ("T",)


def test_types_have_their_fields_or_what_they_are_made_of() -> None:
    read = declared(SOURCE)
    assert (read.package, read.types) == ("sizes", {"Unit": "string"})
    fields = [("Unit", "string"), ("Name", "string"), ("Base", "int"), ("hidden", "bool")]
    assert read.fields == {"Options": fields}


def test_parameters_may_have_no_names() -> None:
    assert named("string, func(int) bool") == [("", "string"), ("", "func(int) bool")]
    assert named("ctx context.Context, a, b map[string]int")[1:] == [
        ("a", "map[string]int"),
        ("b", "map[string]int"),
    ]

package ponder_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"testing/quick"
)

// What may hold whatever a function is called with: tried with values at random.

type ponderLaw struct {
	id   int
	made func(tell func(any, bool)) any
}

type ponderHeld struct {
	Law   int
	Lines [][2]uint32
}

const ponderTries = 1500

func TestPonderLaws(t *testing.T) {
	out, err := os.OpenFile(os.Getenv("PONDER_RESULTS"), os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range ponderLaws {
		for at := range ponderCount {
			ponderCount[at] = 0
		}
		if !ponderHolds(each) {
			continue
		}
		lines := [][2]uint32{}
		for at, count := range ponderCount {
			if count > 0 {
				lines = append(lines, [2]uint32{ponderPos[3*at], ponderPos[3*at+1]})
			}
		}
		told, _ := json.Marshal(ponderHeld{each.id, lines})
		fmt.Fprintf(out, "%s\n", told)
	}
}

// It must hold each time, and say something: what comes out differs, and from what went in.
func ponderHolds(law ponderLaw) (held bool) {
	defer func() {
		if recover() != nil {
			held = false
		}
	}()
	telling, seen := 0, map[string]bool{}
	tell := func(made any, tells bool) {
		if tells {
			telling++
		}
		if len(seen) < 10 {
			seen[fmt.Sprint(made)] = true
		}
	}
	if err := quick.Check(law.made(tell), &quick.Config{MaxCount: ponderTries}); err != nil {
		return false
	}
	return telling > 30 && len(seen) > 1
}

package ponder_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"testing"
)

// A call of the code: what it gives, twice, and which blocks it runs.

type ponderCall struct {
	id   int
	call func() []any
}

type ponderValue struct {
	Type  string
	Value string
	Items []ponderValue
}

type ponderLine struct {
	Id      int
	Results []ponderValue
	Lines   [][2]uint32
}

const ponderLongest = 100

func TestPonderCalls(t *testing.T) {
	out, err := os.OpenFile(os.Getenv("PONDER_RESULTS"), os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range ponderCalls {
		for at := range ponderCount {
			ponderCount[at] = 0
		}
		first, ok := ponderRun(each.call)
		lines := [][2]uint32{}
		for at, count := range ponderCount {
			if count > 0 {
				lines = append(lines, [2]uint32{ponderPos[3*at], ponderPos[3*at+1]})
			}
		}
		second, again := ponderRun(each.call)
		if !ok || !again || !reflect.DeepEqual(first, second) {
			continue
		}
		told, _ := json.Marshal(ponderLine{each.id, first, lines})
		fmt.Fprintf(out, "%s\n", told)
	}
}

func ponderRun(call func() []any) (told []ponderValue, ok bool) {
	defer func() {
		if recover() != nil {
			told, ok = nil, false
		}
	}()
	for _, each := range call() {
		made, plain := ponderPlain(each, 0)
		if !plain {
			return nil, false
		}
		told = append(told, made)
	}
	return told, true
}

// What can be written down, and read at a glance.
func ponderPlain(value any, deep int) (ponderValue, bool) {
	if err, is := value.(error); is && err != nil {
		return ponderValue{Type: "error", Value: err.Error()}, true
	}
	if value == nil {
		return ponderValue{Type: "nil"}, true
	}
	made := reflect.ValueOf(value)
	told := ponderValue{Type: made.Type().String()}
	switch made.Kind() {
	case reflect.String:
		told.Value = made.String()
		return told, len(told.Value) <= ponderLongest
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		told.Value = fmt.Sprintf("%#v", made.Interface())
		if _, is := value.(fmt.Stringer); is {
			return told, false
		}
		return told, true
	case reflect.Float32, reflect.Float64:
		told.Value = fmt.Sprint(made.Float())
		return told, !math.IsNaN(made.Float()) && !math.IsInf(made.Float(), 0) && len(told.Value) <= 12
	case reflect.Slice:
		if made.Len() > 8 || deep > 1 || made.IsNil() {
			return told, false
		}
		for at := 0; at < made.Len(); at++ {
			inner, plain := ponderPlain(made.Index(at).Interface(), deep+1)
			if !plain || inner.Type == "error" || inner.Type == "nil" {
				return told, false
			}
			told.Items = append(told.Items, inner)
		}
		return told, true
	case reflect.Pointer, reflect.Struct:
		text, is := value.(fmt.Stringer)
		if made.Kind() == reflect.Pointer && made.IsNil() {
			return ponderValue{Type: "nil"}, true
		}
		if !is || deep > 0 {
			return told, false
		}
		return ponderValue{Type: "String()", Value: text.String()}, len(text.String()) <= ponderLongest
	}
	return told, false
}

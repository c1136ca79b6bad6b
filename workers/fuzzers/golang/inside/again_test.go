//go:build go1.21

// Cases seen again: made small, counted among any input at all, and timed.
package ponder_test

import (
	"encoding/base64"
	"encoding/json"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

type ponderAsked struct {
	Target    int
	Arguments []ponderArgument
	Signature string
	Smaller   bool
}

// TestPonderReplay sees one case again, or makes it small; what it says is a line of JSON.
func TestPonderReplay(t *testing.T) {
	raw, err := os.ReadFile(os.Getenv("PONDER_CASE"))
	var asked ponderAsked
	if err != nil || json.Unmarshal(raw, &asked) != nil {
		t.Skip("nothing is asked")
	}
	call := ponderTargets[asked.Target]
	signature := func(given []any) string {
		ponderNow.Store(&given)
		ponderBusy.Add(1)
		sort := ponderTried(func() bool { return call(given) })
		ponderBusy.Add(1)
		if sort == nil {
			return ""
		}
		return sort.Signature
	}
	given := ponderUnpacked(asked.Arguments)
	if asked.Smaller {
		given = ponderSmallest(given, func(each []any) bool { return signature(each) == asked.Signature })
	}
	ended := signature(given)
	told, _ := json.Marshal(map[string]any{
		"Signature": ended, "Arguments": ponderPacked(given), "Returned": ponderState.Returned > 0,
	})
	_ = os.WriteFile(ponderOut, told, 0o600)
}

// TestPonderShare asks how often any input at all ends in a panic: the fuzzer keeps to what is new, and
// so to panics once it found one.
func TestPonderShare(t *testing.T) {
	number, err := strconv.Atoi(os.Getenv("PONDER_TARGET"))
	if err != nil {
		t.Skip("nothing is asked")
	}
	t.Cleanup(ponderWrite)
	chance := rand.New(rand.NewSource(1))
	for until := time.Now().Add(time.Second); time.Now().Before(until) && ponderState.Tried < 2000; {
		given := make([]any, len(ponderKinds[number]))
		for at, kind := range ponderKinds[number] {
			given[at] = ponderAny(kind, chance)
		}
		before := ponderState
		ponderNow.Store(&given)
		ponderBusy.Add(1)
		sort := ponderTried(func() bool { return ponderTargets[number](given) })
		ponderBusy.Add(1)
		ponderState.Returned, ponderState.Refused = before.Returned, before.Refused
		ponderState.Tried++
		if sort != nil {
			ponderState.Odd++
		}
	}
}

func ponderAny(kind string, chance *rand.Rand) any {
	text := make([]byte, chance.Intn(13))
	for at := range text {
		text[at] = " ~0123456789abcxyzABC.,:;-_/*+=%#@!?()[]{}<>"[chance.Intn(44)]
	}
	number := int64(chance.Intn(2001) - 1000)
	if kind == "string" || kind == "[]byte" {
		return ponderUnpacked([]ponderArgument{{kind, base64.StdEncoding.EncodeToString(text)}})[0]
	}
	if kind == "bool" {
		return number > 0
	}
	if strings.HasPrefix(kind, "u") && number < 0 {
		number = -number
	}
	if strings.HasSuffix(kind, "int8") {
		number %= 100
	}
	return ponderUnpacked([]ponderArgument{{kind, strconv.FormatInt(number, 10)}})[0]
}

// ponderSmallest takes away and simplifies, as long as the same happens.
func ponderSmallest(given []any, same func([]any) bool) []any {
	until := time.Now().Add(4 * time.Second)
	for better := true; better && time.Now().Before(until); {
		better = false
		for at := range given {
			for _, less := range ponderSimpler(given[at]) {
				if time.Now().After(until) {
					break
				}
				tried := append([]any{}, given...)
				tried[at] = less
				if same(tried) {
					given, better = tried, true
					break
				}
			}
		}
	}
	return given
}

func ponderSimpler(value any) []any {
	var found []any
	switch told := value.(type) {
	case string:
		for _, each := range ponderShorter(told) {
			found = append(found, each)
		}
	case []byte:
		for _, each := range ponderShorter(string(told)) {
			found = append(found, []byte(each))
		}
	case bool:
		if told {
			found = append(found, false)
		}
	case int:
		for _, each := range ponderNearer(int64(told)) {
			found = append(found, int(each))
		}
	case int64:
		for _, each := range ponderNearer(told) {
			found = append(found, each)
		}
	}
	return found
}

func ponderNearer(value int64) []int64 {
	if value == 0 {
		return nil
	}
	found := []int64{0}
	if value != 1 && value != -1 {
		found = append(found, 1, -1, value/2, value/10)
	}
	if value < 0 && value != -1 {
		found = append(found, -value)
	}
	return found
}

func ponderShorter(text string) []string {
	var found []string
	if len(text) > ponderLarge {
		text = text[:ponderLarge]
	}
	for size := len(text) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(text) && len(found) < 2000; at += size {
			found = append(found, text[:at]+text[at+size:])
		}
	}
	for at := 0; at < len(text) && at < 200; at++ {
		if simple := ponderPlain(text[at]); simple != text[at] {
			found = append(found, text[:at]+string(rune(simple))+text[at+1:])
		}
	}
	return found
}

// ponderPlain is a letter of the same sort that people read with ease.
func ponderPlain(letter byte) byte {
	switch {
	case letter >= '1' && letter <= '9':
		return '0'
	case letter >= 'b' && letter <= 'z', letter >= 'A' && letter <= 'Z', letter < ' ', letter > '~':
		return 'a'
	}
	return letter
}

// ponderTimed calls a function with the seeds that come back; the bits of which/op say which these are.
func ponderTimed(b *testing.B, number int) {
	var working [][]any
	which := uint64(0)
	for at, each := range ponderSeeds[number] {
		before := ponderState.Returned
		ponderTried(func() bool { return ponderTargets[number](each) })
		if ponderState.Returned > before {
			working = append(working, each)
			which |= 1 << at
		}
	}
	b.ResetTimer()
	for round := 0; round < b.N; round++ {
		for _, each := range working {
			ponderTargets[number](each)
		}
	}
	b.ReportMetric(float64(which), "which/op")
}

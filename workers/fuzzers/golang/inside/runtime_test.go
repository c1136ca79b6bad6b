//go:build go1.21

// What harnesses call: it judges panics, counts, and writes down what came of them. The name of the
// package, and what is called, are put in where it is used.
package ponder_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

type ponderArgument struct{ Kind, Value string }

type ponderSort struct {
	Signature, Kind, Message string
	Frames                   [][3]string
	Arguments                []ponderArgument
	Times, Weight            int
	Foreign                  bool
}

type ponderCounts struct {
	Executions, Returned, Refused int
	Tried, Odd                    int
	Sorts                         map[string]*ponderSort
}

var (
	ponderState   = ponderCounts{Sorts: map[string]*ponderSort{}}
	ponderWritten time.Time
	ponderBusy    atomic.Int64
	ponderNow     atomic.Pointer[[]any]
	ponderWords   = regexp.MustCompile(`[^a-z]+`)
	ponderCode    = os.Getenv("PONDER_CODE")
	ponderOut     = os.Getenv("PONDER_OUT")
)

const (
	ponderSlow   = 3 * time.Second
	ponderMemory = 1 << 30
	ponderLarge  = 1 << 16
)

func init() {
	debug.SetMaxStack(64 << 20)
	if ponderOut != "" {
		go ponderWatch()
	}
}

// ponderWatch ends the process where a call does not come back, or takes memory without an end: both
// cannot be stopped otherwise.
func ponderWatch() {
	last, since, began := int64(0), time.Now(), ponderSpent()
	for {
		time.Sleep(100 * time.Millisecond)
		if now := ponderBusy.Load(); now != last || now%2 == 0 {
			last, since, began = now, time.Now(), ponderSpent()
			continue
		}
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		kind := ""
		if time.Since(since) > ponderSlow && ponderSpent()-began > ponderSlow/2 {
			kind = "Hang"
		} else if memory.HeapAlloc > ponderMemory {
			kind = "Memory"
		}
		if kind == "" {
			continue
		}
		given := *ponderNow.Load()
		line := ponderSort{Signature: kind, Kind: kind, Arguments: ponderPacked(given), Times: 1}
		ponderState.Sorts[kind] = &line
		ponderWrite()
		os.Exit(0)
	}
}

func ponderSpent() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano())
}

// ponderCall runs one case; call says whether it was refused.
func ponderCall(given []any, call func() bool) {
	ponderNow.Store(&given)
	ponderBusy.Add(1)
	sort := ponderTried(call)
	ponderBusy.Add(1)
	ponderState.Executions++
	if sort != nil {
		ponderNote(sort, given)
	}
	if ponderState.Executions%64 == 0 && time.Since(ponderWritten) > 200*time.Millisecond {
		ponderWrite()
	}
}

func ponderTried(call func() bool) (found *ponderSort) {
	defer func() {
		if problem := recover(); problem != nil {
			if found = ponderJudged(problem); found == nil {
				ponderState.Refused++
			}
		}
	}()
	if call() {
		ponderState.Refused++
	} else {
		ponderState.Returned++
	}
	return nil
}

// ponderJudged is nil for what the code's own authors let panic.
func ponderJudged(problem any) *ponderSort {
	frames, foreign := ponderFrames()
	_, isRuntime := problem.(runtime.Error)
	if len(frames) == 0 || (!isRuntime && !foreign) {
		return nil
	}
	kind := ponderKind(problem, isRuntime)
	inner := frames[max(0, len(frames)-2):]
	signature := kind
	for _, frame := range inner {
		signature += " " + frame[0] + ":" + frame[1]
	}
	message := fmt.Sprint(problem)
	message = strings.ToValidUTF8(message[:min(len(message), 300)], "?")
	return &ponderSort{Signature: signature, Kind: kind, Message: message, Frames: frames, Foreign: foreign}
}

func ponderKind(problem any, isRuntime bool) string {
	if !isRuntime {
		return "panic"
	}
	told := strings.TrimPrefix(fmt.Sprint(problem), "runtime error: ")
	if strings.HasPrefix(told, "interface conversion") {
		return "interface-conversion"
	}
	told, _, _ = strings.Cut(told, " [")
	told, _, _ = strings.Cut(told, ":")
	return strings.Trim(ponderWords.ReplaceAllString(strings.ToLower(told), "-"), "-")
}

// ponderFrames are the repository's, outermost first; foreign: the panic began in another's code.
func ponderFrames() ([][3]string, bool) {
	counters := make([]uintptr, 200)
	counters = counters[:runtime.Callers(4, counters)]
	frames := runtime.CallersFrames(counters)
	var found [][3]string
	first, foreign, more := true, false, true
	for more {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasPrefix(frame.Function, "runtime.") {
			continue
		}
		path, inside := strings.CutPrefix(frame.File, ponderCode)
		own := inside && !strings.Contains(path, "ponder_") && !strings.HasPrefix(path, "vendor/")
		if first && !own {
			foreign = true
		}
		if strings.HasPrefix(filepath.Base(path), "ponder_") {
			break
		}
		first = false
		if own {
			name := frame.Function[strings.LastIndex(frame.Function, "/")+1:]
			_, name, _ = strings.Cut(name, ".")
			found = append([][3]string{{path, strconv.Itoa(frame.Line), name}}, found...)
		}
	}
	return found[max(0, len(found)-60):], foreign
}

func ponderNote(sort *ponderSort, given []any) {
	weight := 0
	packed := ponderPacked(given)
	for _, each := range packed {
		weight += len(each.Value)
	}
	known := ponderState.Sorts[sort.Signature]
	if known != nil {
		known.Times++
		if weight >= known.Weight {
			return
		}
		sort.Times = known.Times
	} else {
		sort.Times = 1
		if len(ponderState.Sorts) >= 20 {
			return
		}
	}
	sort.Arguments, sort.Weight = packed, weight
	ponderState.Sorts[sort.Signature] = sort
}

func ponderWrite() {
	if ponderOut == "" {
		return
	}
	ponderWritten = time.Now()
	raw, _ := json.Marshal(ponderState)
	path := fmt.Sprintf("%s.%d", ponderOut, os.Getpid())
	if os.WriteFile(path+"~", raw, 0o600) == nil {
		_ = os.Rename(path+"~", path)
	}
}

func ponderPacked(given []any) []ponderArgument {
	found := make([]ponderArgument, len(given))
	for at, each := range given {
		switch value := each.(type) {
		case string:
			found[at] = ponderArgument{"string", base64.StdEncoding.EncodeToString([]byte(value))}
		case []byte:
			found[at] = ponderArgument{"[]byte", base64.StdEncoding.EncodeToString(value)}
		case float32:
			found[at] = ponderArgument{"float32", strconv.FormatFloat(float64(value), 'g', -1, 32)}
		case float64:
			found[at] = ponderArgument{"float64", strconv.FormatFloat(value, 'g', -1, 64)}
		default:
			found[at] = ponderArgument{fmt.Sprintf("%T", each), fmt.Sprint(each)}
		}
	}
	return found
}

func ponderUnpacked(packed []ponderArgument) []any {
	found := make([]any, len(packed))
	for at, each := range packed {
		raw, _ := base64.StdEncoding.DecodeString(each.Value)
		whole, _ := strconv.ParseInt(each.Value, 10, 64)
		positive, _ := strconv.ParseUint(each.Value, 10, 64)
		broken, _ := strconv.ParseFloat(each.Value, 64)
		switch each.Kind {
		case "string":
			found[at] = string(raw)
		case "[]byte":
			found[at] = raw
		case "bool":
			found[at] = each.Value == "true"
		case "int":
			found[at] = int(whole)
		case "int8":
			found[at] = int8(whole)
		case "int16":
			found[at] = int16(whole)
		case "int32":
			found[at] = int32(whole)
		case "int64":
			found[at] = whole
		case "uint":
			found[at] = uint(positive)
		case "uint8":
			found[at] = uint8(positive)
		case "uint16":
			found[at] = uint16(positive)
		case "uint32":
			found[at] = uint32(positive)
		case "uint64":
			found[at] = positive
		case "float32":
			found[at] = float32(broken)
		case "float64":
			found[at] = broken
		}
	}
	return found
}

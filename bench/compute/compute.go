// `just bench-compute`: the same functions in Go. compute FUNCTION NUMBER... prints nanoseconds and the result.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func fibonacci(n int32) int32 {
	if n <= 1 {
		return n
	}
	return fibonacci(n-1) + fibonacci(n-2)
}

func tak(x, y, z int32) int32 {
	if y < x {
		return tak(tak(x-1, y, z), tak(y-1, z, x), tak(z-1, x, y))
	}
	return z
}

func collatz(limit int32) int32 {
	longest := int32(0)
	for first := int32(1); first < limit; first++ {
		n := uint64(first)
		steps := int32(0)
		for n != 1 {
			if n%2 == 0 {
				n /= 2
			} else {
				n = 3*n + 1
			}
			steps++
		}
		if steps > longest {
			longest = steps
		}
	}
	return longest
}

func main() {
	var n [3]int32
	for i, word := range os.Args[2:] {
		number, _ := strconv.Atoi(word)
		n[i] = int32(number)
	}
	start := time.Now()
	var result int32
	switch os.Args[1] {
	case "fibonacci":
		result = fibonacci(n[0])
	case "tak":
		result = tak(n[0], n[1], n[2])
	default:
		result = collatz(n[0])
	}
	fmt.Println(time.Since(start).Nanoseconds(), result)
}

package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

func recursion(n int32) int32 {
	if n <= 1 {
		return n
	}
	return recursion(n-1) + recursion(n-2)
}

func minimal() (response, error) {
	return response{200, "ok"}, nil
}

func fibonacci() (response, error) {
	n := int32(35)
	return response{200, fmt.Sprintf("fibonacci(%d)=%d", n, recursion(n))}, nil
}

func echo(event json.RawMessage) (json.RawMessage, error) {
	return event, nil
}

func main() {
	switch handler := os.Getenv("_HANDLER"); handler {
	case "minimal":
		lambda.Start(minimal)
	case "fibonacci":
		lambda.Start(fibonacci)
	case "echo":
		lambda.Start(echo)
	default:
		fmt.Fprintln(os.Stderr, "no function named", handler)
		os.Exit(1)
	}
}

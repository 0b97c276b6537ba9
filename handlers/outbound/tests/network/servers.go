// TLS servers by Go, each valid or invalid in one way. The arguments are files of roots with their keys: RSA, P-256, P-384.
// Prints one line of JSON, the name and port of each server. Ends when its standard input is closed.
package main

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
	chain       [][]byte
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// A certificate for key, issued by issuer.
func issue(name string, key crypto.Signer, issuer *authority, isCA bool, age time.Duration) *authority {
	template := &x509.Certificate{
		SerialNumber:          must(rand.Int(rand.Reader, big.NewInt(1<<62))),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-age),
		NotAfter:              time.Now().Add(-age + 48*time.Hour),
		BasicConstraintsValid: true,
		IsCA:                  isCA,
	}
	if !isCA {
		template.DNSNames = []string{"localhost"}
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	der := must(x509.CreateCertificate(rand.Reader, template, issuer.certificate, key.Public(), issuer.key))
	return &authority{must(x509.ParseCertificate(der)), key, append([][]byte{der}, issuer.chain...)}
}

func main() {
	ports := map[string]int{}
	listen := func(name string, leaf *authority, config *tls.Config) {
		config.Certificates = []tls.Certificate{{Certificate: leaf.chain, PrivateKey: leaf.key}}
		listener := must(net.Listen("tcp", "127.0.0.1:0"))
		ports[name] = listener.Addr().(*net.TCPAddr).Port
		hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello over TLS") })
		server := &http.Server{Handler: hello, ErrorLog: log.New(io.Discard, "", 0)}
		go server.Serve(tls.NewListener(listener, config))
	}
	age := time.Hour
	rsaKey := func(bits int) crypto.Signer { return must(rsa.GenerateKey(rand.Reader, bits)) }
	ecKey := func(curve elliptic.Curve) crypto.Signer { return must(ecdsa.GenerateKey(curve, rand.Reader)) }
	leaves := map[string]*authority{}
	for number, name := range []string{"rsa", "p256", "p384"} {
		keys := [][2]crypto.Signer{
			{rsaKey(2048), rsaKey(2048)},
			{ecKey(elliptic.P256()), ecKey(elliptic.P256())},
			{ecKey(elliptic.P384()), ecKey(elliptic.P384())},
		}[number]
		pair := must(tls.LoadX509KeyPair(os.Args[1+number], os.Args[1+number]))
		// Servers do not send the root.
		root := &authority{must(x509.ParseCertificate(pair.Certificate[0])), pair.PrivateKey.(crypto.Signer), nil}
		middle := issue("intermediate "+name, keys[0], root, true, age)
		leaves[name] = issue("leaf", keys[1], middle, false, age)
		leaves["expired "+name] = issue("leaf", keys[1], middle, false, 49*time.Hour)
		listen(name, leaves[name], &tls.Config{})
		listen("expired "+name, leaves["expired "+name], &tls.Config{})
	}
	listen("hello retry", leaves["rsa"], &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP256}})
	listen("without tickets", leaves["p256"], &tls.Config{SessionTicketsDisabled: true})
	listen("tls 1.2", leaves["rsa"], &tls.Config{MaxVersion: tls.VersionTLS12})
	listen("client certificate", leaves["rsa"], &tls.Config{ClientAuth: tls.RequireAnyClientCert})
	listen("another curve", leaves["rsa"], &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP521}})
	fmt.Println(string(must(json.Marshal(map[string]any{"ports": ports}))))
	bufio.NewReader(os.Stdin).ReadBytes(0)
}

// Command control is the lab's tailnet coordination server: Tailscale's own test control server, made to listen where
// the lab wants it. One pre-auth key admits every node; tags are granted as asked.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"
	"strings"

	"tailscale.com/tailcfg"
	"tailscale.com/tstest/integration/testcontrol"
)

func main() {
	url := flag.String("url", "https://controlplane.tailscale.com", "the URL that nodes know it by")
	listen := flag.String("listen", "127.0.0.1:9911", "where it listens, behind a TLS proxy")
	keyFile := flag.String("authkey-file", "", "a file with the one key that admits a node")
	derp := flag.String("derp", "derp1.lab.test", "host name of the one relay")
	flag.Parse()

	key, err := os.ReadFile(*keyFile)
	if err != nil {
		log.Fatal(err)
	}
	relay := &tailcfg.DERPNode{Name: "1a", RegionID: 1, HostName: *derp, IPv6: "none", STUNPort: -1}
	region := &tailcfg.DERPRegion{RegionID: 1, RegionCode: "lab", RegionName: "lab", Nodes: []*tailcfg.DERPNode{relay}}
	server := &testcontrol.Server{
		DERPMap:         &tailcfg.DERPMap{Regions: map[int]*tailcfg.DERPRegion{1: region}},
		ExplicitBaseURL: *url,
		RequireAuthKey:  strings.TrimSpace(string(key)),
		MagicDNSDomain:  "lab.ts.net",
		SSHPolicy:       &tailcfg.SSHPolicy{}, // it may be switched on; nobody gets in by it
	}
	admit(server)
	log.Fatal(http.ListenAndServe(*listen, server))
}

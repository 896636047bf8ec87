package config

import "fmt"

// The names that Teleport's SSH library knows. An unknown one is refused while the file is parsed.
var (
	knownCiphers = []string{
		"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes128-ctr", "aes192-ctr",
		"aes256-ctr", "arcfour256", "arcfour128", "arcfour", "aes128-cbc", "3des-cbc",
	}
	knownKEX = []string{
		"mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
		"ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group14-sha256", "diffie-hellman-group16-sha512",
		"diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1",
	}
	knownMAC = []string{
		"hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512", "hmac-sha1",
		"hmac-sha1-96",
	}
)

func checkAlgorithms(g Global) error {
	lists := []struct {
		kind   string
		given  []string
		choice []string
	}{
		{"cipher", g.Ciphers, knownCiphers},
		{"KEX", g.KEX, knownKEX},
		{"MAC", g.MAC, knownMAC},
	}
	for _, list := range lists {
		for _, name := range list.given {
			if !contains(list.choice, name) {
				return fmt.Errorf("%s algorithm %q is not supported", list.kind, name)
			}
		}
	}
	return nil
}

func contains(words []string, word string) bool {
	for _, one := range words {
		if one == word {
			return true
		}
	}
	return false
}

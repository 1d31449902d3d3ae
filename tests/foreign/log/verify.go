// Verify looks at a log with Go's golang.org/x/mod/sumdb/note and tlog, which nobody here wrote. It ends with status 0 and
// a line about what it saw, or with status 1 and the reason.
//
// Usage: verify -key VKEY [-witness VKEY]... [-old CHECKPOINT] [-growth REQUEST] [-proof FILE]... [-receipt FILE]... LOG
//
// LOG is a folder or the http(s) prefix of a log as C2SP tlog-tiles has it. Build, on Debian with golang-go and
// golang-golang-x-mod-dev: GO111MODULE=off GOPATH=/usr/share/gocode go build verify.go
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	var keys, witnesses, proofs, receipts list
	flag.Var(&keys, "key", "a key of the log; whoever has one of several opens the checkpoint")
	flag.Var(&witnesses, "witness", "the key of a witness that must have cosigned")
	flag.Var(&proofs, "proof", "a .tlog-proof file, checked against the entry that the log has at its index")
	flag.Var(&receipts, "receipt", "a receipt, whose leaf must be in the log")
	old := flag.String("old", "", "an older checkpoint that the log must have grown out of")
	growth := flag.String("growth", "", "an add-checkpoint request, whose proof must lead from -old to its checkpoint")
	flag.Parse()
	if flag.NArg() != 1 || len(keys) == 0 {
		flag.Usage()
		os.Exit(2)
	}
	v := &verifier{at: flag.Arg(0)}
	if err := v.run(keys, witnesses, proofs, receipts, *old, *growth); err != nil {
		fmt.Fprintln(os.Stderr, "rejected:", err)
		os.Exit(1)
	}
	fmt.Printf("accepted: %d entries\n", v.tree.N)
}

type verifier struct {
	at        string
	keys      note.Verifiers
	witnesses []note.Verifier
	tree      tlog.Tree
	entries   [][]byte
	hashes    tlog.HashReader // from tiles, each held against the root
}

func (v *verifier) run(keys, witnesses, proofs, receipts list, old, growth string) error {
	var known []note.Verifier
	for _, key := range keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return fmt.Errorf("key: %w", err)
		}
		known = append(known, verifier)
	}
	v.keys = note.VerifierList(known...)
	for _, key := range witnesses {
		witness, err := newWitness(key)
		if err != nil {
			return fmt.Errorf("witness: %w", err)
		}
		v.witnesses = append(v.witnesses, witness)
	}
	msg, err := v.fetch("checkpoint")
	if err != nil {
		return err
	}
	if v.tree, err = v.checkpoint(msg); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	v.hashes = tlog.TileHashReader(v.tree, v)
	for _, step := range []func() error{v.readEntries, v.readTiles, v.proveAll} {
		if err := step(); err != nil {
			return err
		}
	}
	for _, file := range proofs {
		if err := v.checkProof(file); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	for _, file := range receipts {
		if err := v.checkReceipt(file); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	if old != "" {
		if err := v.checkGrowth(old, growth); err != nil {
			return fmt.Errorf("growth: %w", err)
		}
	}
	return nil
}

// checkpoint opens a checkpoint, counts the witnesses, and reads its text.
func (v *verifier) checkpoint(msg []byte) (tlog.Tree, error) {
	opened, err := note.Open(msg, v.keys)
	if err != nil {
		return tlog.Tree{}, err
	}
	for _, witness := range v.witnesses {
		if _, err := note.Open(msg, note.VerifierList(witness)); err != nil {
			return tlog.Tree{}, fmt.Errorf("witness %s: %w", witness.Name(), err)
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != opened.Sigs[0].Name {
		return tlog.Tree{}, errors.New("not three lines that begin with the key's name")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return tlog.Tree{}, errors.New("no size")
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// readEntries reads all bundles and computes the root anew, without any tile.
func (v *verifier) readEntries() error {
	var stored memory
	for bundle := int64(0); bundle*256 < v.tree.N; bundle++ {
		tile := tlog.Tile{H: 8, L: -1, N: bundle, W: width(v.tree.N - bundle*256)}
		data, err := v.fetch(path(tile))
		if err != nil {
			return err
		}
		for len(data) > 0 {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("bundle %d is cut off", bundle)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			entry := data[2:end]
			data = data[end:]
			hashes, err := tlog.StoredHashes(int64(len(v.entries)), entry, &stored)
			if err != nil {
				return err
			}
			stored = append(stored, hashes...)
			v.entries = append(v.entries, entry)
		}
		if int64(len(v.entries)) != bundle*256+int64(tile.W) {
			return fmt.Errorf("bundle %d has another number of entries", bundle)
		}
	}
	root, err := tlog.TreeHash(v.tree.N, &stored)
	if err != nil {
		return err
	}
	// Go knows no root of the empty tree.
	if v.tree.N == 0 {
		root = sha256.Sum256(nil)
	}
	if root != v.tree.Hash {
		return errors.New("the entries have another root")
	}
	return nil
}

// readTiles holds each leaf hash in the tiles against its entry; the reader holds the tiles against the root.
func (v *verifier) readTiles() error {
	var indexes []int64
	for n := range v.entries {
		indexes = append(indexes, tlog.StoredHashIndex(0, int64(n)))
	}
	hashes, err := v.hashes.ReadHashes(indexes)
	if err != nil {
		return fmt.Errorf("tiles: %w", err)
	}
	for n, entry := range v.entries {
		if hashes[n] != tlog.RecordHash(entry) {
			return fmt.Errorf("tiles: entry %d has another hash", n)
		}
	}
	return nil
}

// proveAll makes proofs out of the tiles and checks them: for each entry, and from each size, or about 200 of them.
func (v *verifier) proveAll() error {
	for n := int64(0); n < v.tree.N; n += 1 + v.tree.N/200 {
		proof, err := tlog.ProveRecord(v.tree.N, n, v.hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, v.tree.N, v.tree.Hash, n, tlog.RecordHash(v.entries[n])); err != nil {
			return err
		}
		older, err := tlog.TreeHash(n+1, v.hashes)
		if err != nil {
			return err
		}
		growth, err := tlog.ProveTree(v.tree.N, n+1, v.hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(growth, v.tree.N, v.tree.Hash, n+1, older); err != nil {
			return err
		}
	}
	return nil
}

// checkProof checks a .tlog-proof that Freigabe made, under its own checkpoint.
func (v *verifier) checkProof(file string) error {
	head, msg, err := v.parts(file)
	if err != nil {
		return err
	}
	if len(head) < 2 || head[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof")
	}
	index, err := number(head[1], "index ")
	if err != nil {
		return err
	}
	proof, err := hashes(head[2:])
	if err != nil {
		return err
	}
	tree, err := v.checkpoint(msg)
	if err != nil {
		return err
	}
	if index >= v.tree.N {
		return errors.New("there is no such entry")
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(v.entries[index]))
}

// checkReceipt opens a receipt and looks for its leaf.
func (v *verifier) checkReceipt(file string) error {
	msg, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	opened, err := note.Open(msg, v.keys)
	if err != nil {
		return err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 5 || lines[0] != "freigabe-receipt/v1" || lines[1] != opened.Sigs[0].Name {
		return errors.New("not a receipt")
	}
	leaf, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil {
		return err
	}
	for _, entry := range v.entries {
		if bytes.Equal(entry, leaf) {
			return nil
		}
	}
	return errors.New("the leaf is not in the log")
}

// checkGrowth checks that the log grew out of an older checkpoint: with proofs out of the tiles, and with the one that
// Freigabe sent to its witnesses.
func (v *verifier) checkGrowth(old, growth string) error {
	msg, err := os.ReadFile(old)
	if err != nil {
		return err
	}
	older, err := v.checkpoint(msg)
	if err != nil {
		return err
	}
	if older.N > v.tree.N {
		return errors.New("the log was larger")
	}
	if older.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(v.tree.N, older.N, v.hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, v.tree.N, v.tree.Hash, older.N, older.Hash); err != nil || growth == "" {
		return err
	}
	head, msg, err := v.parts(growth)
	if err != nil {
		return err
	}
	size, err := number(head[0], "old ")
	if err != nil {
		return err
	}
	sent, err := hashes(head[1:])
	if err != nil {
		return err
	}
	newer, err := v.checkpoint(msg)
	if err != nil {
		return err
	}
	if size != older.N {
		return errors.New("the request begins at another size")
	}
	return tlog.CheckTree(sent, newer.N, newer.Hash, older.N, older.Hash)
}

// parts reads a file of lines, an empty line, and a note.
func (v *verifier) parts(file string) ([]string, []byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	head, msg, found := strings.Cut(string(data), "\n\n")
	if !found {
		return nil, nil, errors.New("no note")
	}
	return strings.Split(head, "\n"), []byte(msg), nil
}

func number(line, prefix string) (int64, error) {
	if !strings.HasPrefix(line, prefix) {
		return 0, fmt.Errorf("no line %q", prefix)
	}
	return strconv.ParseInt(strings.TrimPrefix(line, prefix), 10, 64)
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		found = append(found, hash)
	}
	return found, nil
}

func width(left int64) int {
	if left > 256 {
		return 256
	}
	return int(left)
}

// path is C2SP's: Go's has the tile's height in front and calls entries data.
func path(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func (v *verifier) fetch(path string) ([]byte, error) {
	if !strings.HasPrefix(v.at, "http://") && !strings.HasPrefix(v.at, "https://") {
		return os.ReadFile(filepath.Join(v.at, filepath.FromSlash(path)))
	}
	response, err := http.Get(strings.TrimSuffix(v.at, "/") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

// Height, ReadTiles and SaveTiles make the log a tlog.TileReader.
func (v *verifier) Height() int                                { return 8 }
func (v *verifier) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (v *verifier) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, err := v.fetch(path(tile))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// memory has the hashes of a tree in Go's order.
type memory []tlog.Hash

func (m *memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		if index >= int64(len(*m)) {
			return nil, errors.New("no such hash")
		}
		found = append(found, (*m)[index])
	}
	return found, nil
}

// witness verifies cosignatures (C2SP tlog-cosignature, Ed25519), which x/mod does not know.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (*witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not a witness's key")
	}
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	id := binary.BigEndian.Uint32(digest[:])
	if fmt.Sprintf("%08x", id) != parts[1] {
		return nil, errors.New("the id is not the key's")
	}
	return &witness{parts[0], id, key[1:]}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.id }
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
	return ed25519.Verify(w.key, []byte(signed), sig[8:])
}

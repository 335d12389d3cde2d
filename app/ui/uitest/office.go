package uitest

import (
	"fmt"
	"time"

	"lanyard/app/node"
)

// Now is when everything in the tests happens.
var Now = time.Date(2026, 11, 20, 14, 30, 0, 0, time.UTC)

const inviteTime = 10 * time.Minute

// The IDs of the PCs in the Office.
const (
	This     = "aaaathispc"
	Front    = "bbbbfrontdesk"
	Workshop = "ccccworkshop"
	Archive  = "ddddarchive"
	Visitor  = "eeeevisitor"
)

// Office is a workgroup of four PCs, with a visitor in sight.
func Office() node.State {
	return node.State{
		Self: node.Self{ID: This, Name: "Anna's laptop", Port: 4720, Version: "0.1.0", Workgroup: "Miller & Sons", Addresses: []string{"192.168.1.23:4720"}, Home: "/home/anna/.local/share/lanyard"},
		Peers: []node.Peer{
			{ID: Archive, Name: "Archive", Member: true, Workgroup: "Miller & Sons", LastSeen: Now.Add(-20 * time.Hour), Free: -1, Version: "0.1.0",
				Folders: []node.Offer{{Name: "2019–2025", Access: "read", Free: -1}}},
			{ID: Front, Name: "Front desk", Member: true, Online: true, Workgroup: "Miller & Sons", Addresses: []string{"192.168.1.20:4720"}, Version: "0.1.0", Free: 412e9,
				Folders: []node.Offer{{Name: "Customers", Access: "change", Free: 412e9}, {Name: "Letters", Access: "read", Free: 412e9}, {Name: "Scans in", Access: "add", Free: 412e9}}},
			{ID: Workshop, Name: "Workshop", Member: true, Online: true, Workgroup: "Miller & Sons", Addresses: []string{"192.168.1.31:4720"}, Version: "0.1.0", Free: 88e9,
				Folders: []node.Offer{{Name: "Drawings", Access: "change", Free: 88e9}}},
			{ID: Visitor, Name: "MacBook of Jo", Addresses: []string{"192.168.1.77:4720"}, Version: "0.1.0", Free: -1},
		},
		Folders: []node.Folder{
			{Name: "Invoices", Dir: "/home/anna/Documents/Invoices", Allow: map[string]string{"everyone": "read", Front: "change"}},
			{Name: "Photos", Dir: "/home/anna/Pictures", Allow: map[string]string{"everyone": "read"}},
		},
		Printers: []node.Printer{
			{Name: "Print to folder", PC: This, Info: "PDF in a folder of this PC", State: "idle", Accepting: true, Color: true, Duplex: true},
			{Name: "Laser", PC: Front, Info: "HP LaserJet M404", Location: "ground floor", State: "processing", Accepting: true, Shared: true, Queued: 2, Duplex: true},
			{Name: "Plotter", PC: Workshop, Info: "HP DesignJet T230", State: "stopped", Reasons: []string{"media-empty-error"}, Accepting: true, Shared: true, Queued: 1, Color: true},
		},
		Transfers: []node.Transfer{
			{ID: "x1", Direction: "get", PC: Front, Label: "Customers and 3 more", Dest: "/home/anna/Downloads", State: node.TransferRunning, Bytes: 734e6, Total: 1.9e9, Speed: 96e6, Files: 212, Count: 640, Started: Now.Add(-8 * time.Second)},
			{ID: "x2", Direction: "put", PC: Workshop, Label: "gearbox-v7.step", Dest: "Drawings", State: node.TransferRunning, Bytes: 31e6, Total: 48e6, Speed: 11e6, Count: 1, Started: Now.Add(-3 * time.Second)},
			{ID: "x3", Direction: "get", PC: Front, Label: "offer-2026-118.pdf", Dest: "/home/anna/Downloads", State: node.TransferDone, Bytes: 284e3, Total: 284e3, Files: 1, Count: 1, Started: Now.Add(-time.Hour), Ended: Now.Add(-time.Hour)},
			{ID: "x4", Direction: "put", PC: Archive, Label: "Backup of November", State: node.TransferFailed, Error: "Archive went away while files were moving", Bytes: 12e6, Total: 900e6, Count: 40, Started: Now.Add(-20 * time.Hour), Ended: Now.Add(-19 * time.Hour)},
		},
		Jobs: []node.Job{
			{ID: 42, Printer: "Laser", PC: Front, Owner: This, Name: "offer-2026-118.pdf", State: "processing", Pages: 3, Mine: true, Created: Now.Add(-time.Minute)},
			{ID: 9, Printer: "Plotter", PC: Workshop, Owner: This, Name: "gearbox-v7.pdf", State: "processing-stopped", Reasons: []string{"media-empty"}, Mine: true, Created: Now.Add(-9 * time.Minute)},
			{ID: 41, Printer: "Laser", PC: Front, Owner: This, Name: "letter to the bank.odt", State: "completed", Pages: 2, Mine: true, Created: Now.Add(-3 * time.Hour)},
		},
	}
}

// Settings are the node's, and one that no window knows yet.
func Settings() []node.Setting {
	return []node.Setting{
		{Key: "avoid", Value: ""}, {Key: "connections", Value: "0"}, {Key: "connections-per-pc", Value: "0"}, {Key: "files", Value: "true"}, {Key: "guests", Value: "false"},
		{Key: "interfaces", Value: ""}, {Key: "max-upload", Value: "100 MB/s", Help: "the most that others may send to this PC"}, {Key: "name", Value: "Anna's laptop"}, {Key: "only", Value: ""},
		{Key: "port", Value: "0"}, {Key: "print-folder", Value: "/home/anna/Printed"}, {Key: "printers", Value: "true"}, {Key: "quiet", Value: "strange"},
	}
}

// Customers is what the folder "Customers" at the front desk holds.
func Customers() []node.Entry {
	at := func(d, h int) time.Time { return Now.AddDate(0, 0, -d).Add(time.Duration(-h) * time.Hour) }
	return []node.Entry{
		{Name: "Ahrens", Folder: true, Modified: at(3, 2)}, {Name: "Baker & Co", Folder: true, Modified: at(0, 1)}, {Name: "Müller", Folder: true, Modified: at(40, 5)},
		{Name: "Zhang", Folder: true, Modified: at(12, 0)}, {Name: "address list.ods", Size: 48213, Modified: at(1, 3)}, {Name: "offer-2026-118.pdf", Size: 284112, Modified: at(0, 3)},
		{Name: "offer-2026-119.pdf", Size: 301877, Modified: at(0, 2)}, {Name: "price list 2026.xlsx", Size: 91234, Modified: at(80, 1)}, {Name: "site photo 1.jpg", Size: 4811923, Modified: at(6, 4)},
		{Name: "site photo 2.jpg", Size: 5120044, Modified: at(6, 4)}, {Name: "site photo 10.jpg", Size: 4650021, Modified: at(6, 3)}, {Name: "walkthrough.mp4", Size: 812446100, Modified: at(6, 2)},
		{Name: "terms and conditions.odt", Size: 31221, Modified: at(420, 0)}, {Name: "templates.zip", Size: 2911002, Modified: at(200, 0)}, {Name: "notes.txt", Size: 913, Modified: at(0, 0)},
	}
}

// Many returns n files in no order.
func Many(n int) []node.Entry {
	entries := make([]node.Entry, n)
	for i := range entries {
		k := (i*7919 + 13) % n
		entries[i] = node.Entry{Name: fmt.Sprintf("measurement %06d.csv", k), Size: int64(k) * 37 % 9973, Modified: Now.Add(-time.Duration(k*31%n) * time.Minute), Folder: k%1000 == 0}
	}
	return entries
}

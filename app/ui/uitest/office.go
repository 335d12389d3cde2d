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
			{Name: "Laser", PC: Front, Info: "HP LaserJet M404", Location: "ground floor", State: "processing", Accepting: true, Shared: true, Queued: 2, Duplex: true,
				Supplies: []node.Supply{{Name: "Black toner", Color: "#000000", Level: 64, Low: 10}}},
			{Name: "Plotter", PC: Workshop, Info: "HP DesignJet T230", State: "stopped", Reasons: []string{"media-empty-error"}, Accepting: true, Shared: true, Queued: 1, Color: true,
				Supplies: []node.Supply{{Name: "Cyan", Color: "#00B7EB", Level: 71, Low: 10}, {Name: "Magenta", Color: "#E6007E", Level: 8, Low: 10}, {Name: "Yellow", Color: "#FFE600", Level: 44, Low: 10},
					{Name: "Black", Color: "#1A1A1A", Level: 0, Low: 10}, {Name: "Maintenance box", Level: 93, Low: 10, Waste: true}}},
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

// Company is a workgroup of n PCs beside this one, of which every fifth is off, and ten strangers.
func Company(n int) node.State {
	s := Office()
	s.Peers = nil
	for i := range n {
		p := node.Peer{ID: fmt.Sprintf("m%03d", i), Name: fmt.Sprintf("Desk %03d", i+1), Member: true, Online: i%5 != 4, Workgroup: s.Self.Workgroup, LastSeen: Now.Add(-time.Duration(i) * time.Hour), Free: int64(i+1) * 7e9,
			Version: "0.1.0", Addresses: []string{fmt.Sprintf("10.0.%d.%d:4720", i/200, i%200+20)},
			Face: node.Face{User: people[i%len(people)], Color: node.Colors[i%len(node.Colors)], Picture: node.Pictures[i%len(node.Pictures)]}}
		for k := range i % 4 {
			p.Folders = append(p.Folders, node.Offer{Name: fmt.Sprintf("Folder %d", k+1), Access: "read", Free: p.Free})
		}
		s.Peers = append(s.Peers, p)
	}
	for i := range 10 {
		s.Peers = append(s.Peers, node.Peer{ID: fmt.Sprintf("s%d", i), Name: fmt.Sprintf("Guest %d", i+1), Free: -1})
	}
	return s
}

var people = []string{"Maria Lindqvist", "Jo", "Ahmed", "", "Wei Zhang", "Anna-Sophie von Hohenstein", "Bob"}

// Settings are the node's, and one that no window knows yet.
func Settings() []node.Setting {
	return []node.Setting{
		{Key: "avoid", Value: ""}, {Key: "connections", Value: "0"}, {Key: "connections-per-pc", Value: "0"}, {Key: "files", Value: "true"}, {Key: "guests", Value: "false"},
		{Key: "interfaces", Value: ""}, {Key: "max-upload", Value: "100 MB/s", Help: "the most that others may send to this PC"}, {Key: "name", Value: "Anna's laptop"}, {Key: "only", Value: ""},
		{Key: "port", Value: "0"}, {Key: "print-folder", Value: "/home/anna/Printed"}, {Key: "printers", Value: "true"}, {Key: "quiet", Value: "strange"},
		{Key: "upload", Value: "off"}, {Key: "download", Value: "10 MB/s"}, {Key: "upload-per-pc", Value: "off"}, {Key: "download-per-pc", Value: "off"}, {Key: "polite", Value: "on"},
		{Key: "bin-days", Value: "30"}, {Key: "bin-share", Value: "10 %"}, {Key: "brake", Value: "300"}, {Key: "inbox", Value: "/home/anna/Downloads/Lanyard Inbox"}, {Key: "always", Value: ""}, {Key: "sending", Value: "true"},
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

// Queue is transfers in every state.
func Queue() []node.Transfer {
	then := func(d time.Duration) time.Time { return Now.Add(-d) }
	return []node.Transfer{
		{ID: "q1", Direction: "get", PC: Front, Label: "Customers and 3 more", Dest: "/home/anna/Downloads", Place: 1, State: node.TransferRunning, Bytes: 734e6, Total: 1.9e9, Speed: 96e6, Limit: node.LimitHere, Left: 12, Files: 212, Count: 640, Same: 87, Started: then(8 * time.Second)},
		{ID: "q2", Direction: "put", PC: Workshop, Label: "gearbox-v7.step", Dest: "Drawings", Place: 2, Priority: node.PriorityHigh, State: node.TransferRunning, Bytes: 31e6, Total: 48e6, Speed: 10e6, Limit: node.LimitYours, Left: 2, Count: 1, Started: then(3 * time.Second)},
		{ID: "q3", Direction: "put", PC: Archive, Label: "Backup of November", Dest: "2019–2025", Place: 3, State: node.TransferBlocked, Waits: "Archive is off", Bytes: 412e6, Total: 900e6, Files: 17, Count: 40, Started: then(20 * time.Hour)},
		{ID: "q4", Direction: "get", PC: Workshop, Label: "Drawings", Dest: "/home/anna/Work", Place: 4, State: node.TransferPaused, Bytes: 8e6, Total: 2.2e9, Files: 3, Count: 118, Started: then(time.Hour)},
		{ID: "q5", Direction: "get", PC: Front, Label: "walkthrough.mp4", Dest: "/home/anna/Downloads", Place: 5, Priority: node.PriorityLow, State: node.TransferWaiting, Total: 812446100, Count: 1, Started: then(time.Minute)},
		{ID: "q6", Direction: "send", PC: Workshop, Label: "site photo 1.jpg and 2 more", Place: 6, State: node.TransferAsking, Total: 14.6e6, Count: 3, Started: then(20 * time.Second)},
		{ID: "q7", Direction: "get", PC: Front, Label: "offer-2026-118.pdf", Dest: "/home/anna/Downloads", State: node.TransferDone, Bytes: 284e3, Total: 284e3, Files: 1, Count: 1, Started: then(time.Hour), Ended: then(time.Hour)},
		{ID: "q8", Direction: "get", PC: Workshop, Label: "Photos of the site", Dest: "/home/anna/Pictures", State: node.TransferFailed, Error: "3 files could not be read at Workshop", Bytes: 512e6, Total: 530e6, Files: 397, Failed: 3, Count: 400, Started: then(3 * time.Hour), Ended: then(3 * time.Hour)},
		{ID: "q9", Direction: "send", PC: Front, Label: "minutes.odt", State: node.TransferDeclined, Total: 31221, Count: 1, Started: then(5 * time.Hour), Ended: then(5 * time.Hour)},
	}
}

// Jobs is print jobs in every state, at a printer of this PC and at another one.
func Jobs() []node.Job {
	at := func(id int, j node.Job) node.Job {
		j.ID, j.Created = id, Now.Add(-time.Duration(60-id)*time.Minute)
		if j.PC == "" {
			j.PC, j.Printer = This, "Office"
		}
		j.Mine = j.Owner == This
		return j
	}
	return []node.Job{
		at(27, node.Job{Owner: Front, Name: "offer-2026-118.pdf", State: "processing", Pages: 3, Total: 12, Place: 1}),
		at(28, node.Job{Owner: Workshop, Name: "cutting list.pdf", State: "pending", Place: 2}),
		at(29, node.Job{Owner: This, Name: "letter to the bank.pdf", State: "pending", Place: 3}),
		at(30, node.Job{Owner: Front, Name: "payroll.pdf", State: "pending-held", PIN: true, Reasons: []string{"job-password-wait"}, Message: "it waits for its PIN at the PC with the printer", Place: 4}),
		at(31, node.Job{Owner: This, Name: "brochure.pdf", State: "pending-held", Reasons: []string{"job-hold-until-specified"}, Message: "it is held until it is released", Place: 5}),
		at(9, node.Job{PC: Workshop, Printer: "Plotter", Owner: This, Name: "gearbox-v7.pdf", State: "processing-stopped", Reasons: []string{"media-empty-error"}, Message: "the printer is out of paper", Pages: 1, Total: 2, Place: 1}),
		at(22, node.Job{Owner: This, Name: "minutes.pdf", State: "completed", Pages: 4, Total: 4, Kept: true}),
		at(21, node.Job{PC: Workshop, Printer: "Plotter", Owner: This, Name: "floor plan.pdf", State: "completed", Message: "handed to the printer, which can't confirm that it came out", Kept: true}),
		at(20, node.Job{Owner: "", Name: "boarding pass.pdf", State: "canceled"}),
		at(19, node.Job{Owner: This, Name: "scan.pdf", State: "aborted", Message: "the printer couldn't make sense of the document", Kept: true}),
	}
}

// Inbox is what others have sent, in every state.
func Inbox() []node.Offered {
	then := func(d time.Duration) time.Time { return Now.Add(-d) }
	return []node.Offered{
		{ID: "o1", PC: Front, State: "open", Label: "Photos and 3 more", Names: []string{"Photos", "offer-2026-118.pdf", "offer-2026-119.pdf", "plan.dwg"}, Files: 218, Bytes: 1.24e9, Unread: true, Created: then(2 * time.Minute)},
		{ID: "o2", PC: Workshop, State: "received", Text: "The new price list is at\nhttps://intranet.miller.example/prices/2027 – please have a look before noon.", Unread: true, Bytes: 80, Created: then(11 * time.Minute)},
		{ID: "o3", PC: Workshop, State: "receiving", Label: "gearbox-v8.step", Names: []string{"gearbox-v8.step"}, Files: 1, Bytes: 48e6, Received: 31e6, Created: then(15 * time.Minute)},
		{ID: "o4", PC: Front, State: "received", Label: "minutes.odt", Names: []string{"minutes.odt"}, Files: 1, Bytes: 31221, Dest: "/home/anna/Downloads/Lanyard Inbox", Paths: []string{"minutes.odt"}, Created: then(4 * time.Hour)},
		{ID: "o5", PC: Archive, State: "declined", Label: "old backups", Names: []string{"old backups"}, Files: 9120, Bytes: 84e9, Created: then(26 * time.Hour)},
	}
}

// Bin is what was replaced and removed in a folder: a thousand files at once, two versions of a letter, and a folder.
func Bin(by string) []node.BinItem {
	items := []node.BinItem{
		{ID: "b1", Action: "a1", Path: "letter.odt", PC: by, How: "replaced", Size: 31221, Time: Now.Add(-4 * time.Minute)},
		{ID: "b2", Action: "a2", Path: "2019", PC: by, How: "removed", Folder: true, Files: 118, Size: 412e6, Time: Now.Add(-50 * time.Minute)},
	}
	for i := range 1000 {
		items = append(items, node.BinItem{ID: fmt.Sprintf("c%d", i), Action: "a3", Path: fmt.Sprintf("scans/page %04d.png", i+1), PC: by, How: "removed", Size: 180_000 + int64(i)*317, Time: Now.Add(-27*time.Minute - time.Duration(i%9)*time.Second)})
	}
	return append(items, node.BinItem{ID: "b4", Action: "a4", Path: "letter.odt", PC: by, How: "replaced", Size: 30877, Time: Now.Add(-26 * time.Hour)})
}

package node

import (
	"context"
	"io"
	"time"
)

// Service is all that a face (the window, the commands) may ask of Lanyard. The Node implements it in its own
// process; control.Client implements it over the control socket of a Node that runs in another one. Errors meant
// for people are *Error. Every method may be called from any goroutine.
//
// A PC is named by its name where that is unambiguous, else by its ID or a prefix of it; "" and "this" are this PC.
type Service interface {
	// Snapshot returns the present state. It is immutable.
	Snapshot(ctx context.Context) (*State, error)
	// Watch calls show with the present state and again after every change, coalesced to at most 20 a second, one
	// call at a time, until ctx ends (nil) or the node stops (an error).
	Watch(ctx context.Context, show func(*State)) error

	// CreateWorkgroup founds a workgroup with this PC as its first member.
	CreateWorkgroup(ctx context.Context, name string) error
	// Invite opens this PC for one newcomer and returns the code to read out. An earlier invitation ends.
	Invite(ctx context.Context) (*Invitation, error)
	// EndInvitation closes the open invitation, if there is one.
	EndInvitation(ctx context.Context) error
	// Join enters the workgroup of the PC that shows the code. at is a PC, a HOST or HOST:PORT; "" means the one PC
	// in sight that has an invitation open.
	Join(ctx context.Context, code, at string) error
	// LeaveWorkgroup removes this PC from its workgroup, for good with this key.
	LeaveWorkgroup(ctx context.Context) error
	// RemoveMember removes another PC from the workgroup, for good with its present key.
	RemoveMember(ctx context.Context, pc string) error
	// Connect reaches a PC at an address typed by hand: HOST or HOST:PORT.
	Connect(ctx context.Context, address string) (*Peer, error)

	// ShareFolder shares a folder of this PC and returns it with the name it got. A folder that few mean to give away,
	// such as a home, is an Error of Kind Unsure unless it is Confirmed. One that is shared already keeps its rights when none
	// are given.
	ShareFolder(ctx context.Context, folder Folder) (*Folder, error)
	// LinkGuest makes a link to a shared folder of this PC that works in any browser, and gives guests the right it
	// needs. Of the wish Folder, Access, Expires, Uses, Plain and NeedsPIN count.
	LinkGuest(ctx context.Context, wish GuestLink) (*GuestLink, error)
	// RevokeLink ends a link, by its ID, and what runs on it.
	RevokeLink(ctx context.Context, id string) error
	// UnshareFolder ends the sharing of a folder of this PC, by its share name. The files stay.
	UnshareFolder(ctx context.Context, name string) error

	// List shows what is in a folder of a PC as it comes, in portions and in no order (SortEntries makes one), one call at a
	// time. A portion is show's to keep. It ends with show's error; what was shown before an error is not the whole.
	List(ctx context.Context, at Location, show func([]Entry) error) error
	// Open returns the content of a file from its first byte on, for a look at it; whoever has seen enough closes it early. What is
	// to be kept is fetched with Get, which checks it.
	Open(ctx context.Context, at Location) (io.ReadCloser, error)
	// MakeFolder creates one folder.
	MakeFolder(ctx context.Context, at Location) error
	// Rename renames or moves a file or folder within one shared folder. It never replaces.
	Rename(ctx context.Context, from, to Location) error
	// Remove removes files and whole folders.
	Remove(ctx context.Context, at []Location) error

	// Get starts to fetch files and whole folders of one PC into the local folder dest, or, when there is one file
	// and dest is no folder, to the file dest. It returns once the transfer stands in the queue; the State follows it.
	Get(ctx context.Context, from []Location, dest string, m Moving) (*Transfer, error)
	// Put starts to send local files and whole folders (absolute paths) into a folder of another PC.
	Put(ctx context.Context, files []string, to Location, m Moving) (*Transfer, error)
	// PreviewGet tells what a Get would do, and changes nothing.
	PreviewGet(ctx context.Context, from []Location, dest string) (*Preview, error)
	// PreviewPut tells what a Put would do, and changes nothing.
	PreviewPut(ctx context.Context, files []string, to Location) (*Preview, error)
	// FetchHeld fetches the files of a transfer that were held back, after a person has seen their names.
	FetchHeld(ctx context.Context, id string) (*Transfer, error)
	// PauseTransfer holds a transfer where it is; "" is all of them. What it has moved stays, to go on from.
	PauseTransfer(ctx context.Context, id string) error
	// ResumeTransfer lets a paused transfer go on, or one that waits for something try again now; "" is all of them.
	ResumeTransfer(ctx context.Context, id string) error
	// RetryTransfer does again what failed in a transfer that has ended: what is there already isn't moved again.
	RetryTransfer(ctx context.Context, id string) error
	// CancelTransfer ends a transfer; nothing half-written stays on either side.
	CancelTransfer(ctx context.Context, id string) error
	// OrderTransfer puts a transfer that hasn't ended before another one in the queue; before "" is the end.
	OrderTransfer(ctx context.Context, id, before string) error
	// PrioritizeTransfer makes a transfer go before others or after them: low, normal, high.
	PrioritizeTransfer(ctx context.Context, id, priority string) error
	// TransferResults returns what became of the files of a transfer: count of them, from the from-th on. Failed ones first.
	TransferResults(ctx context.Context, id string, from, count int) (*Results, error)
	// VerifyTransfer reads the files of a transfer that has ended where they are now and compares them with what was sent.
	VerifyTransfer(ctx context.Context, id string) (*Verification, error)
	// ForgetTransfers drops the transfers that have ended from the list.
	ForgetTransfers(ctx context.Context) error

	// Send offers files (absolute paths), or a text, to the people at other PCs: one transfer for each.
	Send(ctx context.Context, s Sending) ([]Transfer, error)
	// AnswerOffer accepts or declines what another PC has sent; always accepts all that it will send from now on, too.
	AnswerOffer(ctx context.Context, id string, accept, always bool) error
	// ForgetOffer drops an entry of the inbox that has ended, or has been read. The files that came with it stay.
	ForgetOffer(ctx context.Context, id string) error

	// Bin lists what was replaced and removed in a shared folder of a PC: of this PC all of it, of another what this PC did.
	Bin(ctx context.Context, pc, folder string) ([]BinItem, error)
	// RestoreBin puts items of the bin back: by their IDs or those of their actions; none is all.
	RestoreBin(ctx context.Context, pc, folder string, ids []string) (*Restored, error)
	// EmptyBin removes items of the bin of a folder of this PC for good; none is all.
	EmptyBin(ctx context.Context, folder string, ids []string) error
	// ReleaseBrake lets a PC that has changed too much at once change files of this PC again.
	ReleaseBrake(ctx context.Context, pc string) error
	// RollBack undoes what a PC has changed on this PC since a time; zero: since the changes that braked it.
	RollBack(ctx context.Context, pc string, since time.Time) (*Restored, error)

	// SetDrive switches the drive on or off: the whole workgroup as one WebDAV address on this PC.
	SetDrive(ctx context.Context, on bool) (*Drive, error)
	// MakePassword makes a password with which programs of a member's PC may use WebDAV here with that PC's rights; folder
	// "" is all folders. It is returned once and can't be shown again.
	MakePassword(ctx context.Context, pc, folder string) (*Password, error)
	// RevokePassword ends a password, by its ID.
	RevokePassword(ctx context.Context, id string) error

	// SharePrinter offers a printer of this PC to the workgroup, and to guests when told so.
	SharePrinter(ctx context.Context, name string, guests bool) error
	// UnsharePrinter withdraws it.
	UnsharePrinter(ctx context.Context, name string) error
	// PrinterOptions returns what a printer can do, from its own attributes.
	PrinterOptions(ctx context.Context, pc, printer string) (*PrinterOptions, error)
	// Print sends documents to a printer and returns one job for each, once the printer's PC has spooled it.
	Print(ctx context.Context, request PrintRequest) ([]Job, error)
	// SetPrinterRule decides about a printer that this PC shares. The rule replaces the one before.
	SetPrinterRule(ctx context.Context, name string, rule PrinterRule) error
	// InstallPrinter offers a printer of another PC to this PC's own programs: as a queue of its print system, where there is
	// one, and as an address on loopback. It stays over a restart. The Printer says how it is called.
	InstallPrinter(ctx context.Context, pc, printer string) (*Printer, error)
	// UninstallPrinter takes it away again.
	UninstallPrinter(ctx context.Context, pc, printer string) error
	// PrintCounts tells who printed how much on this PC's printers in a month (2006-01); "" is this one.
	PrintCounts(ctx context.Context, month string) ([]PrintCount, error)

	// CancelJob cancels a job. Its sender may, and the owner of the printer; so it is with all below.
	CancelJob(ctx context.Context, job JobRef) error
	// HoldJob makes a job wait until it is released.
	HoldJob(ctx context.Context, job JobRef) error
	// ReleaseJob lets a held job be printed. One that waits for a PIN is let go by that, on the PC with the printer, or
	// without by its sender's PC.
	ReleaseJob(ctx context.Context, job JobRef, pin string) error
	// RestartJob prints a job once more that has ended and is still kept, and returns the new job.
	RestartJob(ctx context.Context, job JobRef) (*Job, error)
	// MoveJob sends a job to another printer, of the same PC or of another, and returns it as it stands there.
	MoveJob(ctx context.Context, job JobRef, pc, printer string) (*Job, error)
	// OrderJob puts a waiting job of a printer of this PC before another one in its queue; before 0 is the end.
	OrderJob(ctx context.Context, printer string, id, before int) error

	// Settings returns all settings, sorted by key.
	Settings(ctx context.Context) ([]Setting, error)
	// SetSetting changes one setting and makes it so at once.
	SetSetting(ctx context.Context, key, value string) error

	// Diagnose looks for what is wrong: with pc "" on this PC and its network, else between this PC and that one, which need not be
	// known (a name, an ID or HOST[:PORT]). Where it can it asks a member to look from the other end. It takes up to
	// DiagnoseTime.
	Diagnose(ctx context.Context, pc string) (*Diagnosis, error)
	// Mend does what Lanyard can do itself about a finding, by the Fix of it, such as to switch a service on again.
	Mend(ctx context.Context, fix string) error

	// ShowWindow asks the process that holds this home to show its window. It fails when that has none.
	ShowWindow(ctx context.Context) error
	// Stop ends the node in an orderly way, as Ctrl+C in its terminal would.
	Stop(ctx context.Context) error
}

// Package printing offers the printers of this PC to others over IPP Everywhere and prints on the printers of others.
// It does not know who may do so, nor how PCs find each other: identity and permission are handed in.
//
// A Server stands in front of what drives this PC's printers (System: CUPS, or ipp-usb where a printer on USB needs no
// print system) and of folders that take documents as files. It
// spools a document to disk before it answers, forwards one job per printer at a time, and says that a job is
// completed only when the print system said so. A Client prints on another PC's Server.
//
// It announces nothing: DNSSD says under which services and with what words a printer is to be found by phones and by
// programs that know nothing of Lanyard, in keeping with what it answers them.
//
// A guest is a Caller without an ID. For an hour it may bring the document of its job, watch and cancel it, from the
// address it came from; it sees no other jobs, only how many there are, and no names, its own included. Documents are
// PDF, pictures, raster and plain text by their content, from anybody: PostScript and printer commands are programs,
// and are not taken, nor is a document with a way out into them. Nothing is decoded in this process and no program is
// started; what comes from strangers reaches the print system as typed, listed options and a title without signs that
// mean something to a shell. A document is removed when its job ends, or an hour later where the job failed or its sender
// wanted that, and goes back to nobody but that sender, a PC of the workgroup, and the owner of this PC; the record of a job
// a week later, when what it printed is in the counts that are kept for two years. A job that has a PIN waits until that is
// typed at this PC or its sender lets it go; until it is let go neither the owner of this PC nor anybody else can print, move
// away or fetch it, and what it is called its sender alone is told. Against an owner who reads the spool's files with other
// programs nothing of this helps. Events are kept for those who subscribed until they ask: nobody is called.
package printing

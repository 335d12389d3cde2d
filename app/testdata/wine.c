// bcryptprimitives.dll for Wine 8, with what Go 1.26 asks of Windows 10 and Wine 8 lacks: ProcessPrng; an answer to
// SIO_UDP_NETRESET, without which Go opens no UDP socket; and FileDispositionInformationEx, by which Go removes files. Go loads
// this file when it starts.
#include <winsock2.h>
#include <windows.h>
#include <ntsecapi.h>

#define SIO_UDP_NETRESET _WSAIOW(IOC_VENDOR, 15)
#define FileDispositionInformation 13
#define FileDispositionInformationEx 64
#define FILE_DISPOSITION_DELETE 1

typedef int WSAAPI ioctl(SOCKET, DWORD, LPVOID, DWORD, LPVOID, DWORD, LPDWORD, LPWSAOVERLAPPED, LPWSAOVERLAPPED_COMPLETION_ROUTINE);
typedef NTSTATUS NTAPI set_file(HANDLE, PVOID, PVOID, ULONG, ULONG);

static ioctl *wine_ioctl;
static set_file *wine_set_file;

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T n) { return RtlGenRandom(to, n); }

static int WSAAPI our_ioctl(SOCKET s, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size, LPDWORD done,
                            LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE completed)
{
	if (code == SIO_UDP_NETRESET)
		return *done = 0;
	return wine_ioctl(s, code, in, in_size, out, out_size, done, overlapped, completed);
}

static NTSTATUS NTAPI our_set_file(HANDLE file, PVOID status, PVOID info, ULONG size, ULONG class)
{
	if (class != FileDispositionInformationEx)
		return wine_set_file(file, status, info, size, class);
	BOOLEAN gone = *(ULONG *)info & FILE_DISPOSITION_DELETE;
	return wine_set_file(file, status, &gone, sizeof gone, FileDispositionInformation);
}

// replace makes GetProcAddress find a function of ours, and returns theirs. The table of a library holds offsets of 32 bits, so
// it leads there by way of a jump that lies near the library.
static void *replace(const char *library, const char *name, void *ours)
{
	BYTE *base = (BYTE *)LoadLibraryA(library), *jump = NULL;
	IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
	IMAGE_OPTIONAL_HEADER *all = &headers->OptionalHeader;
	IMAGE_EXPORT_DIRECTORY *exports = (IMAGE_EXPORT_DIRECTORY *)(base + all->DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress);
	DWORD *names = (DWORD *)(base + exports->AddressOfNames), *functions = (DWORD *)(base + exports->AddressOfFunctions), old;
	WORD *ordinals = (WORD *)(base + exports->AddressOfNameOrdinals);

	for (SIZE_T step = 0x10000, at = ((SIZE_T)base + all->SizeOfImage) & ~(step - 1); !jump && at - (SIZE_T)base < 0x7fff0000; )
		jump = VirtualAlloc((void *)(at += step), 16, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
	for (DWORD i = 0; jump && i < exports->NumberOfNames; i++) {
		if (strcmp((char *)base + names[i], name) != 0)
			continue;
		DWORD *entry = &functions[ordinals[i]];
		void *theirs = base + *entry;
		memcpy(jump, "\x48\xb8........\xff\xe0", 12); // mov rax, ours; jmp rax
		memcpy(jump + 2, &ours, sizeof ours);
		VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &old);
		*entry = (DWORD)(jump - base);
		VirtualProtect(entry, sizeof *entry, old, &old);
		return theirs;
	}
	return NULL;
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD why, LPVOID reserved)
{
	if (why != DLL_PROCESS_ATTACH)
		return TRUE;
	wine_ioctl = (ioctl *)replace("ws2_32.dll", "WSAIoctl", our_ioctl);
	wine_set_file = (set_file *)replace("ntdll.dll", "NtSetInformationFile", our_set_file);
	return wine_ioctl && wine_set_file;
}

// A libusb for tests, with one printer on it that speaks IPP over USB: loaded before the real one it makes ipp-usb see a
// printer that is there while the file LANYARD_USB_PLUGGED is. What goes through each of its two interfaces goes to the
// socket LANYARD_USB_PRINTER, where the printer is. It has just what ipp-usb uses, as libusb-1.0's manual describes it.
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINES = 2, STEP = 20, // ms
	 TIMEOUT = -7, NO_DEVICE = -4, NOT_FOUND = -5, IO = -1, ARRIVED = 1, LEFT = 2 };

struct device_descriptor {
	uint8_t length, type;
	uint16_t usb;
	uint8_t class, subclass, protocol, max_packet;
	uint16_t vendor, product, release;
	uint8_t manufacturer_string, product_string, serial_string, configurations;
};
struct endpoint {
	uint8_t length, type, address, attributes;
	uint16_t max_packet;
	uint8_t interval, refresh, synch;
	const unsigned char *extra;
	int extra_length;
};
struct alternate {
	uint8_t length, type, number, alternate, endpoints, class, subclass, protocol, string;
	const struct endpoint *endpoint;
	const unsigned char *extra;
	int extra_length;
};
struct interface {
	const struct alternate *alternate;
	int count;
};
struct configuration {
	uint8_t length, type;
	uint16_t total;
	uint8_t interfaces, value, string, attributes, power;
	const struct interface *interface;
	const unsigned char *extra;
	int extra_length;
};

typedef int (*hotplug)(void *context, void *device, int event, void *data);

static int device, context; // their addresses are all that anybody has
static hotplug tell;
static int number = 2; // of the device on its bus: another one each time that it is plugged in
static int here;
static int lines[LINES] = {-1, -1};

static int plugged(void) { return access(getenv("LANYARD_USB_PLUGGED"), F_OK) == 0; }

static int line(int of) { // the connection of an interface
	if (lines[of] < 0) {
		struct sockaddr_un to = {.sun_family = AF_UNIX};
		int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		strncpy(to.sun_path, getenv("LANYARD_USB_PRINTER"), sizeof to.sun_path - 1);
		if (connect(s, (struct sockaddr *)&to, sizeof to) != 0) {
			close(s);
			return -1;
		}
		lines[of] = s;
	}
	return lines[of];
}

static void cut(int of) {
	if (lines[of] >= 0)
		close(lines[of]);
	lines[of] = -1;
}

static int look(void) { // tells what has changed
	int now = plugged();
	if (now == here)
		return now;
	here = now;
	if (now)
		number++;
	for (int i = 0; i < LINES; i++)
		cut(i);
	if (tell)
		tell(&context, &device, now ? ARRIVED : LEFT, NULL);
	return now;
}

int libusb_init(void **c) { *c = &context; here = plugged(); return 0; }
int libusb_hotplug_register_callback(void *c, int events, int flags, int vendor, int product, int class, hotplug f, void *data, int *handle) { tell = f; return 0; }
int libusb_handle_events(void *c) { usleep(20000); look(); return 0; }

ssize_t libusb_get_device_list(void *c, void ***list) {
	*list = calloc(2, sizeof **list);
	if (plugged())
		(*list)[0] = &device;
	return (*list)[0] != NULL;
}
void libusb_free_device_list(void **list, int unref) { free(list); }
uint8_t libusb_get_bus_number(void *d) { return 1; }
uint8_t libusb_get_device_address(void *d) { return number; }
uint8_t libusb_get_port_number(void *d) { return 1; }

int libusb_get_device_descriptor(void *d, struct device_descriptor *out) {
	static const struct device_descriptor of = {.length = 18, .type = 1, .usb = 0x200, .max_packet = 64, .vendor = 0x1209, .product = 0x0001, .manufacturer_string = 1, .product_string = 2, .serial_string = 3, .configurations = 1};
	*out = of;
	return 0;
}

static const struct endpoint ends[LINES][2] = {
	{{.length = 7, .type = 5, .address = 0x01, .attributes = 2, .max_packet = 512}, {.length = 7, .type = 5, .address = 0x81, .attributes = 2, .max_packet = 512}},
	{{.length = 7, .type = 5, .address = 0x02, .attributes = 2, .max_packet = 512}, {.length = 7, .type = 5, .address = 0x82, .attributes = 2, .max_packet = 512}},
};
static const struct alternate alternates[LINES] = {
	{.length = 9, .type = 4, .number = 0, .endpoints = 2, .class = 7, .subclass = 1, .protocol = 4, .endpoint = ends[0]},
	{.length = 9, .type = 4, .number = 1, .endpoints = 2, .class = 7, .subclass = 1, .protocol = 4, .endpoint = ends[1]},
};
static const struct interface interfaces[LINES] = {{&alternates[0], 1}, {&alternates[1], 1}};
static struct configuration configuration = {.length = 9, .type = 2, .interfaces = LINES, .value = 1, .interface = interfaces};

int libusb_get_config_descriptor(void *d, uint8_t index, struct configuration **out) { *out = &configuration; return 0; }
void libusb_free_config_descriptor(struct configuration *c) {}

int libusb_open(void *d, void **handle) { *handle = &device; return plugged() ? 0 : NO_DEVICE; }
void libusb_close(void *handle) {}
void *libusb_get_device(void *handle) { return &device; }
int libusb_get_configuration(void *handle, int *out) { *out = 1; return 0; }
int libusb_set_configuration(void *handle, int c) { return 0; }
int libusb_set_auto_detach_kernel_driver(void *handle, int on) { return 0; }
int libusb_detach_kernel_driver(void *handle, int i) { return NOT_FOUND; }
int libusb_claim_interface(void *handle, int i) { return 0; }
int libusb_release_interface(void *handle, int i) { cut(i); return 0; }
int libusb_set_interface_alt_setting(void *handle, int i, int alternate) { return 0; }
int libusb_clear_halt(void *handle, unsigned char end) { return 0; }
int libusb_control_transfer(void *handle, uint8_t type, uint8_t request, uint16_t value, uint16_t index, unsigned char *data, uint16_t length, unsigned timeout) {
	return type == 0x80 ? -9 : 0; // there is no class descriptor; a soft reset does nothing
}
int libusb_reset_device(void *handle) {
	for (int i = 0; i < LINES; i++)
		cut(i);
	return 0;
}

int libusb_get_string_descriptor_ascii(void *handle, uint8_t index, unsigned char *out, int length) {
	static const char *const strings[] = {"", "Lab", "Colour 600", "LAB600"};
	strncpy((char *)out, strings[index], length);
	return strlen(strings[index]);
}

// What goes out goes out whole; what comes in comes as it is there.
int libusb_bulk_transfer(void *handle, unsigned char end, unsigned char *data, int length, int *done, unsigned timeout) {
	int of = (end & 0xf) - 1, in = end & 0x80;
	*done = 0;
	for (unsigned waited = 0; plugged(); ) {
		int s = in ? lines[of] : line(of); // a printer says nothing before it is asked
		struct pollfd ready = {.fd = s, .events = in ? POLLIN : POLLOUT};
		if (s < 0 && !in)
			return IO;
		if (poll(&ready, 1, STEP) > 0) {
			ssize_t n = in ? recv(s, data, length, MSG_DONTWAIT) : send(s, data + *done, length - *done, MSG_DONTWAIT | MSG_NOSIGNAL);
			if (n == 0 || n < 0 && errno != EAGAIN) { // the printer has hung up, which USB has no word for
				cut(of);
				return IO;
			}
			*done += n > 0 ? n : 0;
			if (in ? *done > 0 : *done == length)
				return 0;
		} else if ((waited += STEP) >= timeout && timeout > 0) {
			return TIMEOUT;
		}
	}
	return NO_DEVICE;
}

const char *libusb_strerror(int code) { return code == NO_DEVICE ? "No such device (it may have been disconnected)" : "Error"; }

// Package discoverytest is a LAN on one machine: PCs with their own network, name and processes, on a switch whose
// cables can be pulled. It touches nothing outside itself, and it is no simulation: kernel, multicast and programs
// are the real ones.
//
//	func TestMain(m *testing.M) {
//		discoverytest.Setup(discoverytest.Roles{"echo": runEcho}) // only for tests that use PC.Self, or no root
//		os.Exit(m.Run())
//	}
//
//	func TestPulledCable(t *testing.T) {
//		lan := discoverytest.NewLAN(t)
//		desk, store := lan.Join("front desk"), lan.Join("store")
//		serve := desk.Command(t.Context(), lanyard, "serve", "--home", t.TempDir()) // any program
//		serve.Start()
//		echo := store.Self(t.Context(), "echo", "hello")                             // this test binary, in a role
//		out, err := echo.Output()
//		store.Do(func() { conn, err = net.Dial("tcp", desk.Addr().String()+":4720") }) // Go code inside a PC
//		desk.Unplug()                                                                // carrier lost
//		desk.Plug()
//		lan.Silence(desk)                                                            // packets lost, carrier up
//	}
//
// All namespaces are anonymous and held by the test's process: when it ends, killed or not, the kernel removes them,
// and whatever was started inside is killed too. Twelve PCs take some 100 ms. With 32 and more in a mesh the neighbour
// table (gc_thresh3, 1024, one for the whole kernel) overflows and unrelated tests go deaf.
package discoverytest

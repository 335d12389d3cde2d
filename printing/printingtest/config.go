package printingtest

import "strings"

const cupsdConf = `Listen @DIR@/s
@LISTEN@LogLevel debug
Browsing No
DefaultAuthType None
MaxLogSize 0
DirtyCleanInterval @DIRTY@
PageLogFormat
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
# The policy for jobs is the one that CUPS comes with: nobody touches another's job.
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues default
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    Order deny,allow
  </Limit>
  <Limit Send-Document Send-URI Hold-Job Release-Job Restart-Job Purge-Jobs Set-Job-Attributes Create-Job-Subscription Renew-Subscription Cancel-Subscription Get-Notifications Reprocess-Job Cancel-Current-Job Suspend-Current-Job Resume-Job Cancel-My-Jobs Close-Job CUPS-Move-Job CUPS-Get-Document>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit Cancel-Job CUPS-Authenticate-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
@GUARD@  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
`

// guard is what CUPS has for its administrators, of whom there are none here.
const guard = `  <Limit CUPS-Add-Modify-Printer CUPS-Delete-Printer Pause-Printer Resume-Printer>
    AuthType Default
    Require user nobody-at-all
    Order deny,allow
  </Limit>
`

// User and Group count only where cupsd is started by root.
const cupsFilesConf = `ServerRoot @DIR@/root
ServerBin @DIR@/bin
CacheDir @DIR@/cache
StateDir @DIR@/state
RequestRoot @DIR@/spool
TempDir @DIR@/tmp
ErrorLog @DIR@/error_log
AccessLog @DIR@/access_log
PageLog @DIR@/page_log
FileDevice Yes
User lp
Group lp
SystemGroup root lpadmin
`

// backend is the virtual USB. Without arguments it lists its printers; with them it prints: it says which troubles the
// printer has for as long as the switch file names some, then keeps the document.
const backend = `#!/bin/sh
D='@DIR@'
if [ $# -eq 0 ]; then
  echo 'direct usb://HP/LaserJet%20Lab?serial=LAB1 "HP LaserJet Lab" "HP LaserJet Lab USB" "MFG:HP;MDL:LaserJet Lab;CMD:PDF;SN:LAB1;"'
  exit 0
fi
if [ -s "$D/switch/broken" ]; then
  echo 'ERROR: the device is gone' >&2
  exit 1
fi
said=
told=
while :; do
  attrs=$(cat "$D/switch/attrs" 2>/dev/null)
  [ "$attrs" != "$told" ] && echo "$attrs" | sed 's/^/ATTR: /' >&2
  told=$attrs
  now=
  [ -s "$D/switch/reasons" ] && now=$(tr '\n' ',' <"$D/switch/reasons" | sed 's/,*$//')
  if [ "$now" != "$said" ]; then
    [ -n "$said" ] && echo "STATE: -$said" >&2
    [ -n "$now" ] && echo "STATE: +$now" >&2
    said=$now
  fi
  [ -z "$now" ] && break
  sleep 0.05
done
if [ -s "$D/switch/slow" ]; then
  sleep "$(cat "$D/switch/slow")" &
  trap 'kill $!; exit 0' TERM
  wait $!
fi
n=$1-$$
cat ${6:+"$6"} > "$D/out/$n.doc"
echo "PAGE: total 1" >&2
# A backend makes copies only of a document that no filter has been at.
copies=1
[ -n "$6" ] && copies=$4
printf '%s\037%s\037%s\037%s\037%s\037%s\n' "$PRINTER" "$1" "$2" "$3" "$copies" "$5" > "$D/out/$n.tmp"
mv "$D/out/$n.tmp" "$D/out/$n.args"
exit 0
`

func borderless(option string) string {
	return "*" + option + " A4.Borderless/A4 Borderless: \"<</PageSize[595 842]>>setpagedevice\"\n"
}

const customSizes = `*VariablePaperSize: True
*MaxMediaWidth: "612"
*MaxMediaHeight: "1008"
*HWMargins: 18 36 18 36
*ParamCustomPageSize Width: 1 points 100 612
*ParamCustomPageSize Height: 2 points 100 1008
*ParamCustomPageSize WidthOffset: 3 points 0 0
*ParamCustomPageSize HeightOffset: 4 points 0 0
*ParamCustomPageSize Orientation: 5 int 0 3
*CustomPageSize True: "pop pop pop <</PageSize [ 5 -2 roll ] /ImagingBBox null>>setpagedevice"
`

// makePPD describes a printer to CUPS.
func makePPD(model string) string {
	filters, extra := `*cupsFilter2: "application/pdf application/pdf 0 -"
*cupsFilter2: "image/jpeg image/jpeg 0 -"
*cupsFilter2: "image/pwg-raster image/pwg-raster 0 -"
`, ""
	switch model {
	case PostScript, Photo:
		filters = ""
	case FaceUp:
		filters, extra = `*cupsFilter2: "application/vnd.cups-pdf application/vnd.cups-pdf 0 -"
`, "*DefaultOutputOrder: Reverse\n*cupsManualCopies: True\n"
	}
	text := strings.NewReplacer("@FILTERS@", filters, "@EXTRA@", extra).Replace(ppd)
	if model != Photo {
		return text
	}
	return strings.NewReplacer("*PageSize Letter", borderless("PageSize")+"*PageSize Letter", "*PageRegion Letter", borderless("PageRegion")+"*PageRegion Letter",
		"*ImageableArea Letter", "*ImageableArea A4.Borderless/A4 Borderless: \"0 0 595 842\"\n*ImageableArea Letter",
		"*PaperDimension Letter", "*PaperDimension A4.Borderless/A4 Borderless: \"595 842\"\n"+customSizes+"*PaperDimension Letter").Replace(text)
}

const ppd = `*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "LAB.PPD"
*Manufacturer: "HP"
*Product: "(LaserJet Lab)"
*ModelName: "HP LaserJet Lab"
*ShortNickName: "HP LaserJet Lab"
*NickName: "HP LaserJet Lab"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*FileSystem: False
*Throughput: "20"
*1284DeviceID: "MFG:HP;MDL:LaserJet Lab;CMD:PDF,POSTSCRIPT;"
@FILTERS@@EXTRA@*OpenUI *PageSize/Media Size: PickOne
*OrderDependency: 10 AnySetup *PageSize
*DefaultPageSize: A4
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*PageSize Letter/US Letter: "<</PageSize[612 792]>>setpagedevice"
*PageSize A5/A5: "<</PageSize[420 595]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*OrderDependency: 10 AnySetup *PageRegion
*DefaultPageRegion: A4
*PageRegion A4/A4: "<</PageSize[595 842]>>setpagedevice"
*PageRegion Letter/US Letter: "<</PageSize[612 792]>>setpagedevice"
*PageRegion A5/A5: "<</PageSize[420 595]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4/A4: "18 36 577 806"
*ImageableArea Letter/US Letter: "18 36 594 756"
*ImageableArea A5/A5: "18 36 402 559"
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
*PaperDimension Letter/US Letter: "612 792"
*PaperDimension A5/A5: "420 595"
*OpenUI *InputSlot/Paper Source: PickOne
*OrderDependency: 20 AnySetup *InputSlot
*DefaultInputSlot: Tray1
*InputSlot Tray1/Tray 1: "<</MediaPosition 0>>setpagedevice"
*InputSlot Tray2/Tray 2: "<</MediaPosition 1>>setpagedevice"
*CloseUI: *InputSlot
*OpenUI *Duplex/2-Sided Printing: PickOne
*OrderDependency: 30 AnySetup *Duplex
*DefaultDuplex: None
*Duplex None/Off: "<</Duplex false>>setpagedevice"
*Duplex DuplexNoTumble/Long-Edge: "<</Duplex true/Tumble false>>setpagedevice"
*Duplex DuplexTumble/Short-Edge: "<</Duplex true/Tumble true>>setpagedevice"
*CloseUI: *Duplex
*OpenUI *ColorModel/Color Mode: PickOne
*OrderDependency: 40 AnySetup *ColorModel
*DefaultColorModel: RGB
*ColorModel Gray/Grayscale: "<</ProcessColorModel /DeviceGray>>setpagedevice"
*ColorModel RGB/Color: "<</ProcessColorModel /DeviceRGB>>setpagedevice"
*CloseUI: *ColorModel
*OpenUI *Resolution/Resolution: PickOne
*OrderDependency: 50 AnySetup *Resolution
*DefaultResolution: 600dpi
*Resolution 150dpi/150 dpi: "<</HWResolution[150 150]>>setpagedevice"
*Resolution 300dpi/300 dpi: "<</HWResolution[300 300]>>setpagedevice"
*Resolution 600dpi/600 dpi: "<</HWResolution[600 600]>>setpagedevice"
*CloseUI: *Resolution
*OpenUI *cupsPrintQuality/Quality: PickOne
*OrderDependency: 60 AnySetup *cupsPrintQuality
*DefaultcupsPrintQuality: Normal
*cupsPrintQuality Draft/Draft: "<</LabQuality 3>>setpagedevice"
*cupsPrintQuality Normal/Normal: "<</LabQuality 4>>setpagedevice"
*cupsPrintQuality High/High: "<</LabQuality 5>>setpagedevice"
*CloseUI: *cupsPrintQuality
*OpenUI *MediaType/Paper Type: PickOne
*OrderDependency: 70 AnySetup *MediaType
*DefaultMediaType: Plain
*MediaType Plain/Plain: "<</MediaType(Plain)>>setpagedevice"
*MediaType Glossy/Glossy: "<</MediaType(Glossy)>>setpagedevice"
*CloseUI: *MediaType
*OpenUI *StapleLocation/Staple: PickOne
*OrderDependency: 80 AnySetup *StapleLocation
*DefaultStapleLocation: None
*StapleLocation None/None: "<</Staple 0>>setpagedevice"
*StapleLocation SinglePortrait/One: "<</Staple 1>>setpagedevice"
*CloseUI: *StapleLocation
*cupsIPPFinishings 4/staple: "*StapleLocation SinglePortrait"
`

"""A stand-in for the desktop on the session bus: hosts the tray icon, shows the notifications.

Prints a JSON line for each thing that happens; obeys a line on standard input: `menu`, `click LABEL`, `open ID`.
"""
import json, os, sys, threading
import dbus, dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
WATCHER, NOTES = "org.kde.StatusNotifierWatcher", "org.freedesktop.Notifications"
LOGIN = "org.freedesktop.login1"
items = []

def say(**what):
    print(json.dumps(what), flush=True)

class Watcher(dbus.service.Object):
    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        path = service if service.startswith("/") else "/StatusNotifierItem"
        items.append((sender, path))
        say(event="tray", path=path)

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return {"IsStatusNotifierHostRegistered": True, "ProtocolVersion": 0}.get(name, dbus.Array([], signature="s"))

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {"IsStatusNotifierHostRegistered": True, "ProtocolVersion": 0, "RegisteredStatusNotifierItems": dbus.Array([], signature="s")}

class Notes(dbus.service.Object):
    count = 0

    @dbus.service.method(NOTES, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, title, body, actions, hints, timeout):
        Notes.count += 1
        say(event="notification", id=Notes.count, title=str(title), body=str(body), actions=[str(a) for a in actions])
        return Notes.count

    @dbus.service.method(NOTES, out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body"]

    @dbus.service.method(NOTES, out_signature="ssss")
    def GetServerInformation(self):
        return ("test", "test", "1", "1.2")

    @dbus.service.method(NOTES, in_signature="u")
    def CloseNotification(self, number):
        self.NotificationClosed(number, 3)

    @dbus.service.signal(NOTES, signature="us")
    def ActionInvoked(self, number, action): pass

    @dbus.service.signal(NOTES, signature="uu")
    def NotificationClosed(self, number, reason): pass

class Login(dbus.service.Object):
    """What keeps the computer awake: as long as the caller holds the other end of a pipe."""
    @dbus.service.method(LOGIN + ".Manager", in_signature="ssss", out_signature="h")
    def Inhibit(self, what, who, why, mode):
        ours, theirs = os.pipe()
        say(event="awake", what=str(what), who=str(who))
        def gone(source, condition):
            os.close(ours)
            say(event="may sleep", what=str(what))
            return False
        GLib.io_add_watch(ours, GLib.IO_HUP, gone)
        handed = dbus.types.UnixFd(theirs)
        os.close(theirs)
        return handed

names = [dbus.service.BusName(name, bus) for name in (WATCHER, NOTES, LOGIN)]
watcher, notes = Watcher(bus, "/StatusNotifierWatcher"), Notes(bus, "/org/freedesktop/Notifications")
login = Login(bus, "/org/freedesktop/login1")

def menu():
    sender, path = items[-1]
    item = dbus.Interface(bus.get_object(sender, path), dbus.PROPERTIES_IFACE)
    where = item.Get("org.kde.StatusNotifierItem", "Menu")
    menu = dbus.Interface(bus.get_object(sender, where), "com.canonical.dbusmenu")
    layout = menu.GetLayout(0, -1, [])[1]
    return menu, [(int(c[0]), str(c[1].get("label", ""))) for c in layout[2]]

def obey(line):
    word, _, rest = line.strip().partition(" ")
    try:
        if word == "menu":
            say(event="menu", labels=[label for _, label in menu()[1] if label])
        elif word == "click":
            m, entries = menu()
            number = next(n for n, label in entries if label.replace("_", "") == rest)
            m.Event(number, "clicked", dbus.String("", variant_level=1), dbus.UInt32(0))
            say(event="clicked", label=rest)
        elif word == "open":
            notes.ActionInvoked(int(rest), "default")
            say(event="opened")
    except Exception as e:
        say(event="error", message=str(e))
    return False

def listen():
    for line in sys.stdin:
        GLib.idle_add(obey, line)
    GLib.idle_add(loop.quit)

loop = GLib.MainLoop()
threading.Thread(target=listen, daemon=True).start()
say(event="ready")
loop.run()

"""Owns the clipboard until killed: `files PATH...` as a file manager copies them, or `picture`."""
import sys
import gi
gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk

clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
if sys.argv[1] == "files":
    uris = "".join(GLib.filename_to_uri(path, None) + "\r\n" for path in sys.argv[2:])
    # Introspection knows no targets for a callback, so a hidden widget owns the selection.
    owner = Gtk.Invisible()
    owner.connect("selection-get", lambda w, data, info, time: data.set(data.get_target(), 8, uris.encode()))
    Gtk.selection_add_target(owner, Gdk.SELECTION_CLIPBOARD, Gdk.Atom.intern("text/uri-list", False), 0)
    Gtk.selection_owner_set(owner, Gdk.SELECTION_CLIPBOARD, Gdk.CURRENT_TIME)
else:
    picture = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 320, 200)
    picture.fill(0xFFFFFFFF)
    clipboard.set_image(picture)
print("ready", flush=True)
Gtk.main()

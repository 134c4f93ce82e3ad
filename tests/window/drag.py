"""A window that can be dragged from: it offers the files named on the command line."""
import sys
import gi
gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk

uris = [GLib.filename_to_uri(path, None) for path in sys.argv[1:]]
window = Gtk.Window(title="drag source", type=Gtk.WindowType.TOPLEVEL)
window.set_default_size(160, 120)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drag me"))
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect("drag-data-get", lambda w, c, data, i, t: data.set_uris(uris))
window.add(box)
window.connect("destroy", Gtk.main_quit)
window.show_all()
print("ready", flush=True)
Gtk.main()

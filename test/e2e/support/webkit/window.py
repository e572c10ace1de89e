"""A WebKitGTK window whose microphone can be taken away as iOS does it.

stdin, one command a line: `muted`, `active`, `none` (capture state) or `run <JavaScript>`. stdout: what the page tells, one JSON a line.
Started with the address of the page. Needs gir1.2-webkit2-4.1 and a display.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

STATES = {
    "muted": WebKit2.MediaCaptureState.MUTED,
    "active": WebKit2.MediaCaptureState.ACTIVE,
    "none": WebKit2.MediaCaptureState.NONE,
}

content = WebKit2.UserContentManager()
content.register_script_message_handler("test")
content.connect(
    "script-message-received::test",
    lambda _, message: print(message.get_js_value().to_string(), flush=True),
)
settings = WebKit2.Settings(
    enable_media_stream=True,
    enable_mock_capture_devices=True,
    enable_webaudio=True,
    enable_write_console_messages_to_stdout=False,
)
view = WebKit2.WebView(
    user_content_manager=content,
    settings=settings,
    website_policies=WebKit2.WebsitePolicies(autoplay=WebKit2.AutoplayPolicy.ALLOW),
)


def allow(_, request):
    request.allow()
    return True


view.connect("permission-request", allow)
window = Gtk.Window()
window.set_default_size(600, 400)
window.add(view)
window.show_all()
view.load_uri(sys.argv[1])


def command(channel, _):
    line = channel.readline().strip()
    if not line:
        Gtk.main_quit()
        return False
    if line.startswith("run "):
        view.evaluate_javascript(line[4:], -1, None, None, None, None, None)
    else:
        view.set_microphone_capture_state(STATES[line])
    return True


GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, command)
Gtk.main()

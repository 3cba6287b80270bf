// What the sanitizers say of Paho's libraries, which are built without them.

// It leaks what it had queued when a connection is torn; the link keeps that to 16 messages.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpaho-mqtt3as"; }

// The reference counts of its tokens are atomic, but the thread sanitizer can not see them.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "race:libpaho-mqttpp3"; }

"""Disk full, database locked or too new, port taken: people are called, or it is said in a sentence."""

import contextlib
import resource
import signal
import socket
import sqlite3
import subprocess

from kit import ALARM, HOME, UNIT_HEAD, GatewayTest, Unexpected, main, wait_for


class DiskFull(GatewayTest):
    """No file may grow beyond a few kilobytes: the file system says no to every save. It is the same
    way to fail for root and for everybody, and it ends when the limit is lifted."""

    LIMIT = 16 * 1024  # More than the log, less than a save.

    def running_on_a_full_disk(self):
        rig = self.rig()
        rig.start(before=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
        rig.line.subscribe("shouwang/v1/changshan/+/ack")
        self.limit(rig, self.LIMIT)
        return rig

    def limit(self, rig, size):
        resource.prlimit(rig.daemon.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def fill(self, rig):
        """Alarms until a save fails. Each rings, the one that can not be saved too."""
        for number in range(1, 8):
            home = f"B0{number}-U2-301"
            rig.alarm(f"GA-{home}")
            rig.wait_for(f"the phone of {home} to ring", lambda: rig.messages(person=f"{home}/1"))
            if rig.metric("shouwang_store_failing") == 1:
                return
        self.fail("the disk never was full")

    def insists(self, rig, what, condition, event=None):
        """An alarm, repeated as native devices do, here every 2 s; until so. Returns the event."""
        for _ in range(20):
            event, _ = rig.alarm(ALARM, event=event)
            with contextlib.suppress(Unexpected):
                wait_for(what, condition, 2)
                return event
        return rig.wait_for(what, condition, 0)

    def test_phones_ring_the_broker_is_not_acknowledged_and_afterwards_everything_is_there(self):
        rig = self.running_on_a_full_disk()
        self.fill(rig)
        before = len(rig.incidents())
        event = self.insists(rig, "the unit head's phone to ring", lambda: rig.messages(person=UNIT_HEAD))
        self.assertEqual(len(rig.incidents()), before, "nothing can be saved")
        self.assertEqual([h for h in rig.line.heard if ALARM in h.topic], [],
                         "a device is not told that its event is safe")
        self.assertIn("saving fails", rig.log())
        self.limit(rig, resource.RLIM_INFINITY)
        rig.wait_for("it to be saved", lambda: rig.metric("shouwang_store_failing") == 0)
        incident = self.wait_told(rig)["id"]
        self.insists(rig, "an answer to the device",
                     lambda: [h for h in rig.line.heard if ALARM in h.topic], event)
        self.assertEqual(set(map(tuple, self.first_wave(rig, incident).values())), {(False,)}, "told once")
        self.assertIn("saving works again", rig.log())

    def test_an_alarm_that_was_never_saved_comes_again_from_the_broker_after_a_crash(self):
        rig = self.running_on_a_full_disk()
        self.fill(rig)
        self.insists(rig, "the unit head's phone to ring", lambda: rig.messages(person=UNIT_HEAD))
        rig.kill_daemon()
        self.assertNotIn(HOME, {i["household"] for i in rig.incidents()})
        rig.start_daemon()
        self.wait_told(rig)


class Database(GatewayTest):
    def fails_to_start(self, rig):
        """(exit code, what it says)"""
        done = subprocess.run([rig.bin / "shouwangd", "--config", rig.config], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=30)
        self.assertEqual(done.returncode, 1, done.stderr)
        sentences = [line for line in done.stderr.splitlines() if line.startswith("shouwangd: ")]
        self.assertEqual(len(sentences), 1, done.stderr)
        return sentences[0]

    def test_while_another_program_holds_the_database_phones_ring_and_later_all_is_saved(self):
        rig = self.running()
        other = sqlite3.connect(rig.store, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        rig.alarm(ALARM)
        rig.wait_for("the unit head's phone to ring", lambda: rig.messages(person=UNIT_HEAD), 20)
        self.assertEqual(rig.incidents(), [])
        other.execute("ROLLBACK")
        rig.wait_for("it to be saved", lambda: rig.metric("shouwang_store_failing") == 0)
        self.wait_told(rig)
        self.assertEqual(self.first_wave(rig)[UNIT_HEAD], [False], "told once")

    def test_a_second_gateway_on_the_same_database_says_who_holds_it_and_ends(self):
        rig = self.running()
        sentence = self.fails_to_start(rig)
        self.assertIn(str(rig.store), sentence)
        self.assertIn(f"process {rig.daemon.process.pid}", sentence)
        rig.alarm(ALARM)
        self.wait_told(rig)

    def test_a_database_of_a_later_release_is_left_alone(self):
        rig = self.rig()
        rig.provide_store()
        with sqlite3.connect(rig.store) as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
        before = rig.store.read_bytes()
        sentence = self.fails_to_start(rig)
        self.assertIn(str(rig.store), sentence)
        self.assertRegex(sentence, r"newer|later")
        self.assertEqual(rig.store.read_bytes(), before)

    def test_a_file_that_is_no_database_is_named_and_left_alone(self):
        rig = self.rig()
        rig.store.write_text("not a database at all\n" * 500)
        self.assertIn(str(rig.store), self.fails_to_start(rig))
        self.assertEqual(rig.store.read_text(), "not a database at all\n" * 500)

    def test_a_taken_port_is_named_and_nothing_keeps_running(self):
        rig = self.rig()
        rig.provide_store()
        with socket.socket() as squatter:
            squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            squatter.bind(("127.0.0.1", rig.web_port))
            squatter.listen()
            self.assertIn(str(rig.web_port), self.fails_to_start(rig))
        rig.start_daemon()  # The lock on the database is free again, too.


if __name__ == "__main__":
    main()

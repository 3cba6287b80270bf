"""Devices on the spot: a valve behind a real broker that confirms, is silent, lies, or is told by a
gateway that is killed."""

import json
import threading

from kit import ALARM, HOME, UNIT_HEAD, GatewayTest, main

VALVE = f"VA-{HOME}"
OTHER = "VA-B01-U1-202"
RULES = """on_the_spot:
  - {alarm: gas, do: close_valve}
"""


class Valve:
    """Hears what it is told and says how it stands; `answers`: states, in order, to each command."""

    def __init__(self, rig, device=VALVE, answers=("closed",)):
        self.rig, self.device, self.answers = rig, device, answers
        self.told = []
        self.is_on = True
        rig.line.subscribe(f"shouwang/v1/changshan/{device}/command")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def says(self, state, **more):
        self.rig.alarm(self.device, kind="valve", state=state, **more)

    def _serve(self):
        seen = 0
        while self.is_on and self.rig.line.is_open:
            heard = [h for h in list(self.rig.line.heard)
                     if h.topic == f"shouwang/v1/changshan/{self.device}/command"]
            for one in heard[seen:]:
                self.told.append((json.loads(one.payload), one.retained))
                for state in self.answers:
                    self.says(state)
            seen = len(heard)
            threading.Event().wait(0.01)


class Spot(GatewayTest):
    def rig_with_valves(self, within="1s", **options):
        rig = self.rig(**options)
        rig.edit("communities/changshan/community.yaml", r"on_the_spot: \[\]\n", RULES)
        rig.edit("profiles/native.valve.yaml", r'"command":"close_valve"}\' }',
                 f'"command":"close_valve"}}\', within: {within} }}')
        (rig.config / "communities/changshan/devices-valves.csv").write_text(
            f"id,profile,place\n{VALVE},native.valve,{HOME}\n{OTHER},native.valve,B01-U1-202\n")
        return rig

    def order(self, rig):
        orders = self.the_incident(rig)["body"]["incident"].get("orders", [])
        self.assertEqual(len(orders), 1)
        return orders[0]

    def wait_state(self, rig, state, timeout=15):
        rig.wait_for(f"the order to be {state}", lambda: self.order(rig)["state"] == state, timeout)
        return self.order(rig)

    def lines(self, rig):
        """What the page of the unit head says of devices on the spot."""
        link = rig.messages(person=UNIT_HEAD)[0]["link"]
        card = rig.press(link, "going", minutes=5)["card"]
        return [line["spot_line"] for line in card.get("on_the_spot", [])]

    def test_a_valve_that_confirms_is_told_once_and_people_read_that_it_is_closed(self):
        rig = self.rig_with_valves(within="10s")
        rig.start()
        valve, other = Valve(rig), Valve(rig, OTHER)
        rig.alarm(ALARM)
        order = self.wait_state(rig, "confirmed")
        self.assertEqual((order["device"], order["command"]), (VALVE, "close_valve"))
        self.wait_told(rig)
        self.assertEqual(valve.told, [({"v": 1, "command": "close_valve"}, False)])
        self.assertEqual(other.told, [], "another home's valve is none of it")
        self.assertIn("燃气阀报告已关闭", self.lines(rig)[0])
        row = next(i for i in rig.ctl("incidents") if i["incident"] == self.the_incident(rig)["id"])
        self.assertEqual(row["on_the_spot"], "close_valve confirmed")

    def test_no_command_is_retained(self):
        rig = self.rig_with_valves(within="10s")
        rig.start()
        valve = Valve(rig)
        rig.alarm(ALARM)
        self.wait_state(rig, "confirmed")
        late = Valve(rig)  # Subscribes anew: a retained command would be delivered now.
        rig.alarm("GA-B01-U1-102")
        self.wait_told(rig, "GA-B01-U1-102")
        self.assertEqual(len(valve.told), 1)
        self.assertEqual([retained for _, retained in late.told if retained], [])

    def test_a_silent_valve_is_told_three_times_and_the_desk_reads_of_it(self):
        rig = self.rig_with_valves()
        rig.start()
        valve = Valve(rig, answers=())
        rig.alarm(ALARM)
        order = self.wait_state(rig, "failed")
        self.assertEqual((order["tries"], order["overdue"]), (3, True))
        self.assertEqual(len(valve.told), 3)
        rig.wait_for("a letter to the desk", lambda: rig.messages(letter="spot"))
        self.assertEqual({m["role"] for m in rig.messages(letter="spot")}, {"duty_a"})
        self.assertIn("没有确认", rig.messages(letter="spot")[0]["body"])
        self.assertIn("请当作燃气还开着", self.lines(rig)[0])

    def test_a_valve_that_says_closed_and_then_open_is_not_believed(self):
        rig = self.rig_with_valves(within="5s")
        rig.start()
        valve = Valve(rig, answers=("closed", "open"))
        rig.alarm(ALARM)
        self.wait_state(rig, "failed", timeout=30)
        self.assertEqual(len(valve.told), 3)
        rig.wait_for("a letter to the desk", lambda: rig.messages(letter="spot"))

    def test_a_state_from_before_confirms_nothing(self):
        rig = self.rig_with_valves(within="2s")
        rig.line.publish(f"shouwang/v1/changshan/{VALVE}/beat",
                         rig.payload(VALVE, kind="valve", state="closed"), retain=True)
        rig.start()
        valve = Valve(rig, answers=())
        rig.alarm(ALARM)
        self.wait_state(rig, "failed")
        self.assertEqual(len(valve.told), 3)

    def test_a_gateway_that_is_killed_tells_the_valve_again_at_once(self):
        rig = self.rig_with_valves(within="60s")
        rig.start()
        valve = Valve(rig, answers=())
        rig.alarm(ALARM)
        rig.wait_for("the valve to be told", lambda: len(valve.told) == 1)
        rig.kill_daemon()
        valve.answers = ("closed",)
        rig.start_daemon()
        self.wait_state(rig, "confirmed")
        self.assertEqual(len(valve.told), 2)
        self.assertFalse(self.order(rig).get("overdue", False), "that was no fault of the valve")

    def test_nothing_is_told_for_an_incident_that_was_closed(self):
        rig = self.rig_with_valves(within="2s")
        rig.start()
        password = rig.add_user("desk")
        valve = Valve(rig, answers=())
        rig.alarm(ALARM)
        incident = self.wait_told(rig)["id"]
        rig.log_in("desk", password).press(incident, "close", cause="cooking")
        told = len(valve.told)
        rig.kill_daemon()
        rig.start_daemon()
        rig.alarm("GA-B01-U1-102")
        self.wait_told(rig, "GA-B01-U1-102")
        threading.Event().wait(3)
        self.assertEqual(len(valve.told), told)
        self.assertEqual(self.order(rig)["state"], "ended")


if __name__ == "__main__":
    main()

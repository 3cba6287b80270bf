"""The gateway's job as a Node-RED flow: from MQTT to the same messages, with Node-RED's own nodes.

    mqtt in (QoS 1, kept session) -> function: match the device, note when it was heard, fold repeats,
    a message for each receiver -> http request (connections kept open)

It knows each device's receivers and texts from a file, as a hand-made flow would, and scans for
silent devices every 30 s. It keeps nothing on the disk: Node-RED has no node for that, and a flow that
wrote a file for each alarm would be a program of its own. `GET /count` says how many messages it has had.
"""

import json

JUDGE = """
const [, , community, device, form] = msg.topic.split('/');
const book = global.get('book');
const seen = flow.get('seen') || {};
seen[device] = Date.now();
flow.set('seen', seen);
flow.set('count', (flow.get('count') || 0) + 1);
const said = msg.payload;
if (form !== 'event' || said.state !== 'alarm') return null;
const events = flow.get('events') || {};
if (events[device] === said.event) return null;
events[device] = said.event;
flow.set('events', events);
const headers = {'Content-Type': 'application/json'};
return [(book[device] || []).map(one => ({payload: {...one, at: new Date().toISOString()}, headers}))];
"""
SILENT = """
const seen = flow.get('seen') || {};
const limit = Date.now() - 300000;
msg.payload = Object.keys(seen).filter(device => seen[device] < limit);
return msg.payload.length ? msg : null;
"""
COUNT = "msg.payload = {count: flow.get('count') || 0}; return msg;"


def flow(broker_port, push_url, client_id):
    def node(name, kind, wires=None, **more):
        return {"id": name, "type": kind, "z": "tab", "wires": wires or [], **more}
    listen = [node(f"in-{form}", "mqtt in", [["judge"]], topic=f"shouwang/v1/+/+/{form}", qos="1",
                   datatype="json", broker="broker", inputs=0) for form in ("beat", "event")]
    return json.dumps([
        {"id": "tab", "type": "tab", "label": "gateway"},
        {"id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": str(broker_port),
         "clientid": client_id, "autoConnect": True, "usetls": False, "protocolVersion": "4",
         "keepalive": "60", "cleansession": False, "autoUnsubscribe": False},
        *listen,
        node("judge", "function", [["push"]], func=JUDGE, outputs=1),
        node("push", "http request", [[]], method="POST", ret="txt", url=push_url, persist=True,
             paytoqs="ignore", senderr=False),
        node("every", "inject", [["silent"]], repeat="30", props=[{"p": "payload"}]),
        node("silent", "function", [[]], func=SILENT, outputs=1),
        node("ask", "http in", [["count"]], url="/count", method="get"),
        node("count", "function", [["answer"]], func=COUNT, outputs=1),
        node("answer", "http response", [], statusCode="200"),
    ])


SETTINGS = """
const fs = require('fs');
module.exports = {
  uiHost: '127.0.0.1', uiPort: PORT, disableEditor: true, flowFile: 'flows.json',
  credentialSecret: false, diagnostics: {enabled: false}, telemetry: {enabled: false},
  logging: {console: {level: 'warn', metrics: false, audit: false}},
  functionGlobalContext: {book: JSON.parse(fs.readFileSync('BOOK'))},
};
"""

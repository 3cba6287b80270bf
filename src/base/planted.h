// Small faults that can be planted on purpose, to see that the simulator's laws catch them.
//
// Only builds with tests have them (SHOUWANG_PLANTED); in what is installed planted::is() is
// `false` at compile time, and nothing of it is left. tests/sim/README.md lists what each does.

#pragma once

#include <cstdint>

namespace shouwang::planted {

enum class Bug : std::uint8_t {
  none,
  // ---- in src/
  forget_timer,        // A restart does not put incidents back on the agenda.
  forget_stand_down,   // Nobody is told that it is over.
  keep_ringing,        // What waits is not withdrawn at the end.
  merge_across_units,  // Alarms of one building become one incident.
  close_on_normal,     // A normal reading settles the incident.
  lower_severity,      // A source that clears lowers the severity.
  hold_first,          // The first message waits for company.
  keep_finished,       // Finished parcels stay in the outbox.
  tire_of_calling,     // The loop gives up after its third turn.
  believe_everybody,   // Any claim stops the waves.
  seen_is_going,       // The desk's *Seen* stops the waves.
  forget_door,         // Nobody looks whether somebody has arrived.
  forget_to_save,      // A change is not marked as one.
  silence_is_health,   // A device that is quiet for long counts as normal.
  give_up_saving,      // After a failed save no other is tried.
  send_before_save,    // Messages leave before they are on disk.
  unmarked_repeat,     // What was under way at a restart is sent again as if for the first time.
  unnamed_call,        // The journal leaves out the last one whom a wave has called.
  late_ending,         // The end is told half a day later.
  deaf_watch,          // Devices that have fallen silent are not put on the list.
  silence_heals,       // A silent device is taken off the list after an hour.
  waiving_mends,       // What is waived leaves the list.
  forgetful_list,      // A restart finds only what is about devices on the list.
  lasting_test,        // An alarm in a test never rings, however long it lasts.
  endless_test,        // A test goes on after its time.
  trust_the_clock,     // When the clock jumps everybody has been silent for as long.
  rehearsed_for_ever,  // What was rehearsed stays on the disk.
  // ---- in the simulator's own disk, link and process
  skip_sync,          // The disk says that it has what it has not.
  acknowledge_early,  // The broker is told "kept" before anything is.
  lose_parcels,       // Parcels are not saved with their incident.
  lose_outbox,        // A restart does not read the parcels.
  lose_told,          // A restart does not read who has been told.
  lose_journal,       // Lines about waves are not written.
  wrong_town,         // A message goes to a person of another community.
  clock_steps_back,   // The gateway's clock follows the system's backwards.
  wrong_shift,        // The rota of yesterday.
};

#ifdef SHOUWANG_PLANTED
inline Bug active = Bug::none;  // Set by the simulator before a run.
inline bool is(Bug bug) { return active == bug; }
#else
constexpr bool is(Bug) { return false; }
#endif

}  // namespace shouwang::planted

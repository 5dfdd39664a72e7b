"""The world: places, crews, lift and movement control, run against a tape on one clock.

From SimPy the world uses the environment with its event list, and events with callbacks: one process in one thread, an
instant of whole seconds at a time. `sim.world.clock` adds a defined order of events at one instant, which SimPy leaves
to the order of scheduling, and runs through the last instant. Sorties and convoys are generators that yield the event
that they wait for, like processes of SimPy, but nothing waits for their end or interrupts them, so they need no event
to begin or end. Resources, containers, stores, conditions and interrupts are not used. All that would interrupt work
(alarms, nights, closed roads) is on the tape before the clock starts, so a calendar gives the end of a job and one
event is enough. Who is next at a loader, an apron or a marshalling yard is a rule of the model, with its own order, not
the order of joining a queue.

Layers, from the bottom up; a file imports those before it, and none after it:

- `clock`, `memory`, `chalk`, `jobs`, `stock`, `setting`: time, memories of rules, loads, lots, what all parts share;
- `people`, `standing`, `loaders`, `cargo`, `drivers`, `site`: one place, what stands there and who;
- `waiting`, `ground`, `teams`, `crews`, `projection`: its crews and explosives teams, and what they will prepare;
- `agenda`, `receiving`, `handling`: when to decide, and what follows when lift or fire reaches a lot;
- `air`, `marshal`, `motorpool`, `takes`: aircraft and trucks, where they are and what they could take;
- `backlog`, `driving`: what waits for lift, and who drives;
- `airfields`, `flights`, `flightplan`, `airlift`: sorties;
- `loading`, `carriers`, `convoy`, `forming`, `departures`, `trucks`: roads; `vessels`: the sea;
- `evenings`, `capacity`, `control`, `reviews`, `world`: decisions, and one replication as a whole.
"""

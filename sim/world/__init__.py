"""The world: places, crews, lift and movement control, run against a tape on one clock.

Of SimPy the world uses the environment and its event list, and events that call back: one process in one thread, an
instant of whole seconds at a time. `sim.world.clock` adds a written order of what happens at one instant, which SimPy
leaves to the order in which events were scheduled, and runs through the last instant. Sorties and convoys are
generators that yield the event that they wait for, as processes of SimPy are, but nothing waits for their end or
interrupts them, so that they need no event to begin and none to end. Resources, containers, stores, conditions and
interrupts are not used. What would interrupt work (alarms, nights, closed roads) is on the tape before the clock
starts, so that a calendar says when a job ends and one event is enough; and who comes next at a loader, an apron or a
marshalling yard is a rule of the model, with an order of its own, not the order in which a queue was joined.

Rooms, from the ground up; a file knows those before it, and none after it:

- `clock`, `memory`, `chalk`, `stock`, `setting`: time, what rules remember, loads, lots, and what all parts see;
- `people`, `standing`, `loaders`, `site`, `crews`, `projection`: one place, and what its crews will have made ready;
- `agenda`, `handling`: when to decide, and what follows when lift or fire touches a lot;
- `air`, `motorpool` with `marshal`, `takes`: aircraft and trucks, where they are and what they could take;
- `backlog`, `driving`: what waits for lift, and who drives;
- `airfields`, `flights`, `flightplan`, `airlift`: sorties; `loading`, `convoy`, `forming`, `columns`, `trucks`: roads;
- `control`, `evenings`, `capacity`, `reviews`, `world`: decisions, and one replication as a whole.
"""

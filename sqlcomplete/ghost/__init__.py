"""The ghost policy: what is shown dim at the cursor, how far it goes and where it may end.

`thresholds` holds every number that decides it. `ending` says where a ghost may
end. `hint` finds the ghost that needs no model, `shortening` what of the model's words is shown,
`agreement` which of the two it is and how the popup goes with it.
"""

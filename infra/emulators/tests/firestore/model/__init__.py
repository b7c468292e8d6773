"""An independent model of Firestore and what the comparing tests share: random operations, histories, sample values.

The tests of Firestore import it. It uses `testing` to reach the emulator and imports nothing of the emulator itself.
"""

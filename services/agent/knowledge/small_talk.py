"""What callers say that asks for nothing an agent could know: it is never answered with "I do not know"."""

PHRASES = (
    "Hello.", "Good morning.", "Hi, how are you?", "How are you doing today?", "Nice to meet you.", "Your name?",
    "Who am I speaking with?", "Can you hear me?", "Are you there?", "Hello, is anybody there?", "Thank you.",
    "Thank you very much.", "Great, thanks.", "Okay.", "All right.", "Yes.", "Yes, please.", "No.", "No, thank you.",
    "That is all.", "I see.", "That is good to know.", "That is very expensive.", "Sorry?", "Pardon?", "Again?",
    "Could you repeat that?", "Can you say that again?", "Can you speak more slowly?", "I did not understand you.",
    "One moment, please.", "Wait a second.", "Let me think.", "I have a question.", "Can I ask you something?",
    "Can you help me?", "You are not helpful.", "That is not what I asked.", "Never mind.", "What can you do?",
    "How can you help me?", "Have a nice day.", "Do you speak English?", "I am calling about something else.",
    "Can I leave a message?", "Please call me back.", "What day is it today?", "What time is it?",
    "Hallo.", "Guten Tag.", "Wie geht es Ihnen?", "Wie heißen Sie?", "Können Sie mich hören?", "Danke.", "Vielen Dank.",
    "Ja, bitte.", "Nein, danke.", "In Ordnung.", "Wie bitte?", "Können Sie das wiederholen?", "Einen Moment, bitte.",
    "Ich habe eine Frage.", "Können Sie mir helfen?", "Das war alles.",
)  # fmt: skip

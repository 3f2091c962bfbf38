namespace Vaguemestre.Core.Consultations;

/// <summary>What each procedure is called before a French reader.</summary>
public static class ProcedureWords
{
    /// <summary>« Appel d’offres ouvert ».</summary>
    public static string French(Procedure procedure) => procedure switch
    {
        Procedure.Open => "Appel d’offres ouvert",
        Procedure.Restricted => "Appel d’offres restreint",
        Procedure.Negotiated => "Procédure avec négociation",
        Procedure.CompetitiveDialogue => "Dialogue compétitif",
        Procedure.Adapted => "Procédure adaptée",
        Procedure.FrameworkCallOff => "Marché subséquent d’un accord-cadre",
        Procedure.DpsCallOff => "Marché spécifique d’un système d’acquisition dynamique",
        _ => throw new ArgumentOutOfRangeException(nameof(procedure), procedure, "This procedure has no French words yet."),
    };
}
